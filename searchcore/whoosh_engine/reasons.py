"""Why a record is among the hits: which fields hold which words, and which language rules brought it there.

Worked out for a hit when somebody looks, from the posting lists of the fields.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from searchcore.language import slug
from searchcore.query import Code, Field, Node, Not, Phrase, Prefix, Word
from searchcore.result import Reason, Record, RuleReason
from searchcore.whoosh_engine.analysis import Place, places, stems
from searchcore.whoosh_engine.expansions import Expansions, Switches
from searchcore.whoosh_engine.idle_words import idle_stems
from searchcore.whoosh_engine.layout import EXPANSIONS, MERGED, WEIGHT_UNITS, place_field, rule_term
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.rule_words import said_words
from searchcore.whoosh_engine.words import Words

# Of a word that comes through more rules than this so many are named.
MOST_RULES = 3
# Of the words that begin with a prefix so many are looked for.
_MOST_BEGINNINGS = 256


@dataclass(frozen=True)
class Texts:
    """Where the words of records are.

    Attributes:
        segment: the index of the texts.
        weights: the text fields with their weights.
        expansions, words: of this segment.
    """

    segment: OpenSegment
    weights: Mapping[str, float]
    expansions: Expansions
    words: Words

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The text fields, the one with the greatest weight first."""
        return tuple(sorted(self.weights, key=lambda name: -self.weights[name]))

    def posting(self, field: str, term: str, doc: int) -> int:
        """Return where the posting of a term in a record stands, -1 if the record does not have it."""
        if field not in self.segment.names:
            return -1
        postings = self.segment.postings(field)
        number = postings.number(term.encode("utf-8", "surrogatepass"))
        if number < 0:
            return -1
        begin, end = postings.span(number)
        place = bisect_left(postings.docs, doc, begin, end)
        return place if place < end and postings.docs[place] == doc else -1

    def holding(self, stem: str, doc: int, only: str | None = None) -> tuple[str, ...]:
        """Return the fields of a record that hold a word, the one with the greatest weight first."""
        fields = self.fields if only is None else (only,)
        return tuple(name for name in fields if self.posting(place_field(name), stem, doc) >= 0)

    def own_weight(self, stem: str, fields: Sequence[str], doc: int) -> float:
        """Return what a word weighs by the texts of a record alone."""
        total = 0.0
        for name in fields:
            starts = self.segment.postings(place_field(name)).starts
            place = self.posting(place_field(name), stem, doc)
            count = 0 if starts is None else int(starts[place + 1]) - int(starts[place])
            total += self.weights[name] * count
        return total

    def weight(self, stem: str, doc: int) -> float:
        """Return what a word weighs in a record."""
        weights, place = self.segment.postings(MERGED).weights, self.posting(MERGED, stem, doc)
        return 0.0 if weights is None or place < 0 else int(weights[place]) / WEIGHT_UNITS


class Reasons:
    """The reasons of the hits of one search.

    Args:
        node: what was searched.
        texts: where words are looked for.
        switches: which rules hold.
    """

    def __init__(self, node: Node, texts: Texts, switches: Switches) -> None:
        self._asked = list(_asked(node))
        self._stems = {stem for part in node.walk() if isinstance(part, Word) for stem in stems(part.text)}
        self._texts = texts
        self._switches = switches

    def of(self, doc: int, record: Record) -> tuple[Reason, ...]:
        """Return the reasons of a record whose texts are its own."""
        found = [reason for node, field in self._asked for reason in self._of_node(node, field, doc, record)]
        return tuple(dict.fromkeys(found))

    def of_parts(self, parts: Mapping[str, int], record: Record) -> tuple[Reason, ...]:
        """Return the reasons of a record that names parts.

        Args:
            parts: the columns that name parts, with the number of the part.
            record: the record.
        """
        found: dict[Reason, list[str]] = {}
        for node, field in self._asked:
            for column, part in parts.items():
                if field in (None, column):
                    for reason in self._of_node(node, None, part, record):
                        found.setdefault(replace(reason, form=None), []).append(column)
        return tuple(
            reason if reason.how == "code" else replace(reason, fields=tuple(dict.fromkeys(columns)))
            for reason, columns in found.items()
        )

    def _of_node(self, node: Node, field: str | None, doc: int, record: Record) -> Iterator[Reason]:
        match node:
            case Word(text=text):
                found = places(text)
                # Idle words need not be found, so they are no reason, unless they are all that was asked.
                telling = [place for place in found if place.stem not in idle_stems()]
                for place in telling or (found if len(self._asked) == 1 else ()):
                    yield from self._word(text[place.start : place.end], place, field, doc, record)
            case Phrase(text=text):
                yield from self._phrase(text, field, doc, record)
            case Prefix(text=text):
                yield from self._prefix(text, field, doc, record)
            case Code(text=text, code=code, modifiers=modifiers):
                if record.code in (code, *modifiers):
                    yield Reason(text, "code")
                elif record.code.startswith(code):
                    yield Reason(text, "below")
                else:
                    yield from self._phrase(text, field, doc, record)

    def _word(
        self, typed: str, asked: Place, field: str | None, doc: int, record: Record
    ) -> Iterator[Reason]:
        texts, stem = self._texts, asked.stem
        fields = texts.holding(stem, doc, field)
        if fields:
            form = _form(stem, asked.surface, record, fields)
            yield Reason(typed, "form" if form else "word", fields, form)
        if field is None and texts.own_weight(stem, fields, doc) < texts.weight(stem, doc):
            adding = self._switches.adding(stem)
            numbers = [n for n in adding if texts.posting(EXPANSIONS, rule_term(stem, n), doc) >= 0]
            yield from self._rules(typed, numbers)

    def _rules(self, typed: str, numbers: Sequence[int]) -> Iterator[Reason]:
        rules = self._texts.expansions.rules

        def rank(number: int) -> tuple[float, float, int]:
            """Rules that say more of what was asked, and less that was not, go first; then the weightier."""
            said = set(said_words(rules[number].say).values())
            return -len(said & self._stems) / len(said), -rules[number].weight * len(said), number

        for number in sorted(numbers, key=rank)[:MOST_RULES]:
            rule = rules[number]
            yield Reason(
                typed, "rule", rule=RuleReason(rule.group, rule.label, rule.say, rule.mean, slug(rule.say))
            )

    def _phrase(self, text: str, field: str | None, doc: int, record: Record) -> Iterator[Reason]:
        wanted = stems(text)
        if len(wanted) == 1:
            yield from self._word(text, places(text)[0], field, doc, record)
            return
        fields = self._texts.fields if field is None else (field,)
        having = tuple(name for name in fields if wanted and self._in_order(wanted, name, doc))
        if having:
            yield Reason(text, "phrase", having)
        elif wanted and field is None:
            word, numbers = self._texts.expansions.saying(wanted)
            holding = self._switches.holding(numbers)
            posting = self._texts.posting
            yield from self._rules(
                text, [n for n in holding if posting(EXPANSIONS, rule_term(word, n), doc) >= 0]
            )

    def _in_order(self, wanted: Sequence[str], field: str, doc: int) -> bool:
        """Tell whether words stand one behind the other in a field of a record."""
        name = place_field(field)
        spots = [self._texts.posting(name, stem, doc) for stem in wanted]
        if min(spots) < 0:
            return False
        postings = self._texts.segment.postings(name)
        if postings.starts is None or postings.positions is None:
            return False
        at = [set(postings.positions[postings.starts[s] : postings.starts[s + 1]].tolist()) for s in spots]
        return any(all(begin + step in each for step, each in enumerate(at)) for begin in at[0])

    def _prefix(self, text: str, field: str | None, doc: int, record: Record) -> Iterator[Reason]:
        typed = places(text)
        for place in typed[:-1]:
            yield from self._word(text[place.start : place.end], place, field, doc, record)
        for stem in self._texts.words.with_prefix(typed[-1].surface)[:_MOST_BEGINNINGS] if typed else ():
            fields = self._texts.holding(stem, doc, field)
            if fields:
                yield Reason(f"{text}*", "prefix", fields, _form(stem, "", record, fields))
                return


def _asked(node: Node, field: str | None = None) -> Iterator[tuple[Node, str | None]]:
    """Yield what a query asks for, each with the field in which it asks; nothing that is not to match."""
    if isinstance(node, Word | Phrase | Prefix | Code):
        yield node, field
    elif not isinstance(node, Not):
        below = node.name if isinstance(node, Field) else field
        for child in node.children:
            yield from _asked(child, below)


def _form(stem: str, typed: str, record: Record, fields: Sequence[str]) -> str | None:
    """Return the form in which a word stands in the first of some fields; None if it is as it was typed.

    Of a field that is not stored that is not known.
    """
    for name in fields:
        text = record.title if name == "title" else record.fields.get(name)
        if isinstance(text, str):
            having = [place for place in places(text) if place.stem == stem]
            if any(place.surface == typed for place in having):
                return None
            if having:
                return text[having[0].start : having[0].end]
    return None
