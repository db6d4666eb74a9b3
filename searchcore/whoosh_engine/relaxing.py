"""What is shown when nothing has all words: another spelling, then records with some of the words.

Each step is said in a note. Words in quotes stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from whoosh import query

from searchcore.query import And, Node, Not, Word, narrows
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.cells import Kept
from searchcore.whoosh_engine.found import Counts, Docs, Found
from searchcore.whoosh_engine.layout import MERGED
from searchcore.whoosh_engine.queries import AnyWord, AtLeast, Without
from searchcore.whoosh_engine.spelling import Change, Reading, Speller, readings, words_of
from searchcore.whoosh_engine.translate import telling

RELAXED = "no {} has all of these words; showing those with {}"
FILLED = "{} with all of these words; the others have {}"
FILTERED = "with the filters chosen no {} has all of these words ({} without them); showing those with {}"
RESPELT = "shown for {}; nothing has {}"
REPLACED = "shown for {} in place of {}"
UNKNOWN = "nothing has {}"
SOME_SIDE = "not all of these say {}"
NO_SIDE = "none of these says {}"
# Of the words of a query so many are looked at when a commoner spelling is looked for.
_RAREST = 2


class Attempts(Protocol):
    """What a search can do: read a text, find, and count what stands on the day and passes the filters.

    Attributes:
        noun: what one record is called.
        strict: only records with all words are wanted.
        ranked: the best matches come first, so that weaker ones do no harm below them.
    """

    noun: str
    ranked: bool
    strict: bool

    def read(self, text: str) -> Node:
        """Return the tree of a text."""

    def query(self, node: Node) -> Any:
        """Return the query of a tree; None finds nothing."""

    def run(self, wanted: Any) -> Found:
        """Return all records of a query."""

    def count(self, node: Node, found: Found) -> Kept:
        """Return the records that are shown, and the counts of all facets."""


@dataclass(frozen=True)
class Answer:
    """What was found, for which tree, with what must be said of it.

    Attributes:
        complete: where records with some of the words are shown, how many of those shown have all of them.
        suggestion: the text of a search that surely finds something: what was shown in place of the text, or
            what it may have been meant for.
    """

    node: Node
    found: Found
    kept: Kept
    notes: tuple[str, ...] = ()
    suggestion: str | None = None
    complete: int | None = None


class Relaxing:
    """Answers one text.

    Args:
        attempts: what to search with.
        speller: of the index.
        text: as typed.
    """

    def __init__(self, attempts: Attempts, speller: Speller, text: str) -> None:
        self._attempts = attempts
        self._speller = speller
        self._rules = speller.rules
        self._text = text

    def answer(self, node: Node) -> Answer:
        """Return the records of a tree, or what comes nearest to them."""
        strict = self._tried(node)
        if self._attempts.strict:
            return strict
        words = self._words(node)
        offer = self._rules.offer
        if len(strict.kept.docs):
            if len(strict.kept.docs) > offer.matches or not words:
                return self._filled(strict)
            rare = [word for word in words if self._speller.records(word.text) <= offer.records]
            offered = self._offered(words, rare, len(strict.kept.docs), offer.times)
            return replace(self._filled(strict), suggestion=offered)
        if not words:
            return self._with_some(strict) or strict
        return self._otherwise_spelt(strict, words)

    def _words(self, node: Node) -> list[Word]:
        """Return the words of a tree that may be spelt otherwise; nobody misses a word that is left out."""
        left_out = set(node.nodes).difference(telling(node.nodes)) if isinstance(node, And) else ()
        return [word for word in words_of(node) if word not in left_out or self._speller.records(word.text)]

    def _filled(self, strict: Answer) -> Answer:
        """Return an answer, with records that have most of the words below it if it is a short one."""
        if len(strict.kept.docs) >= self._rules.fill.below or not self._attempts.ranked:
            return strict
        return self._with_some(strict) or strict

    def _tried(self, node: Node) -> Answer:
        found = self._attempts.run(self._attempts.query(node))
        return Answer(node, found, self._attempts.count(node, found))

    def _otherwise_spelt(self, strict: Answer, words: Sequence[Word]) -> Answer:
        """Return the answer to the cheapest reading that finds something, or what has some of the words."""
        speller = self._speller
        unknown = [word for word in words if not speller.records(word.text)]
        spellings = {word: speller.spellings(word.text) for word in unknown}

        def others(word: Word) -> list[tuple[float, str]]:
            return [*spellings.get(word, ()), *speller.parted(word.text)]

        found = readings(self._text, words, unknown, others, speller, joined=True)
        for reading in list(found)[: self._rules.tries]:
            if not reading.unread:
                text = reading.text(self._text)
                answer = self._tried(self._attempts.read(text))
                if len(answer.kept.docs):
                    answer = self._filled(answer)
                    notes = (*_said(reading.changes, unknown), *answer.notes)
                    return replace(answer, notes=notes, suggestion=text)
        sure = {
            word: [each for each in spellings[word] if each[0] <= self._rules.sure * len(word.text)]
            for word in unknown
        }
        if any(sure.values()):
            reading = next(readings(self._text, words, unknown, lambda word: sure.get(word, ()), speller))
            return self._partly_spelt(strict, reading, unknown)
        answer = self._with_some(strict) or strict
        return replace(answer, suggestion=self._offered(words, words, 0, 1))

    def _partly_spelt(self, strict: Answer, reading: Reading, unknown: Sequence[Word]) -> Answer:
        """Return what has some of the words, those that no record has in their likeliest spelling."""
        text = reading.text(self._text)
        node = self._attempts.read(text)
        answer = self._with_some(replace(strict, node=node))
        if answer is None:
            return strict
        return replace(answer, notes=(*_said(reading.changes, unknown), *answer.notes), suggestion=text)

    def _offered(self, words: Sequence[Word], rare: Sequence[Word], matches: int, times: int) -> str | None:
        """Return a text with a commoner word for a rare one that finds more; None if there is none."""
        records = {word: self._speller.records(word.text) for word in rare}
        chosen = {
            word: self._speller.spellings(word.text, max(records[word] + 1, records[word] * times))
            for word in sorted(rare, key=records.__getitem__)[:_RAREST]
            if records[word]
        }
        found = readings(self._text, words, (), lambda word: chosen.get(word, ()), self._speller)
        for reading in list(found)[: self._rules.tries]:
            text = reading.text(self._text)
            if len(self._tried(self._attempts.read(text)).kept.docs) > matches:
                return text
        return None

    def _with_some(self, strict: Answer) -> Answer | None:
        """Return the records with most of the words; None if no record has any, or there is but one."""
        wanted, unwanted = self._parts(strict.node)
        if len(wanted) < 2:
            return None
        found = self._attempts.run(_excluding(AtLeast(1, [part for _, part in wanted]), unwanted))
        matched = found.matched
        if matched is None or not len(found):
            return None
        negations = [part for node, part in wanted if _is_one_of(node, self._rules.negations)]
        steps = [negations, []] if 0 < len(negations) < len(wanted) else [[]]
        found = self._weighed(found, matched, len(wanted))
        best: Answer | None = None
        levels: list[int] = []
        seen = len(strict.found)
        for needed in steps:
            fits = np.ones(len(found), np.bool_)
            if needed:
                fits = _among(found.docs, self._attempts.run(query.And(needed)).docs)
            for least in range(len(wanted) - 1, len(needed), -1):
                mask = fits & (matched >= least)
                if mask.sum() <= seen:
                    continue
                seen = int(mask.sum())
                answer = self._level(strict, found.where(mask), [node for node, _ in wanted])
                if len(answer.kept.docs) > len((best or strict).kept.docs):
                    best = answer
                    levels.append(least)
                if best and len(best.kept.docs) >= self._rules.fill.below:
                    return self._said_levels(best, strict, levels, len(wanted))
            if best:
                break
        return best and self._said_levels(best, strict, levels, len(wanted))

    def _weighed(self, found: Found, matched: Counts, parts: int) -> Found:
        """Return records with lower scores where they have fewer of the words."""
        if not found.scored:
            return found
        return Found(found.docs, found.scores * (matched / parts) ** self._rules.fill.share, matched)

    def _parts(self, node: Node) -> tuple[list[tuple[Node, Any]], list[Any]]:
        """Return the parts that a conjunction wants, with their queries, and the queries that it excludes."""
        if not isinstance(node, And):
            return [], []
        # What selects values stays: only words may be left out.
        parts = [part for part in telling(node.nodes) if not narrows(part)]
        wanted = [(part, self._attempts.query(part)) for part in parts if not isinstance(part, Not)]
        unwanted = [self._attempts.query(part.node) for part in parts if isinstance(part, Not)]
        unwanted += [query.Not(self._attempts.query(part)) for part in node.nodes if narrows(part)]
        return [each for each in wanted if each[1] is not None], [
            each for each in unwanted if each is not None
        ]

    def _level(self, strict: Answer, found: Found, parts: Sequence[Node]) -> Answer:
        """Return the records of one step, those of another side than the one asked for behind all others."""
        sides = self._rules.sides
        asked = [side for side, words in sides.items() if any(_is_one_of(part, words) for part in parts)]
        if not asked or not found.scored:
            return replace(strict, found=found, kept=self._attempts.count(strict.node, found))
        own = self._having([word for side in asked for word in sides[side]])
        others = self._having([word for side in sides if side not in asked for word in sides[side]])
        other = _among(found.docs, others) & ~_among(found.docs, own)
        found = Found(found.docs, np.where(other, found.scores * self._rules.other_side, found.scores))
        kept = self._attempts.count(strict.node, found)
        saying = _among(kept.docs, own)
        names = " and ".join(asked)
        note = () if saying.all() else ((SOME_SIDE if saying.any() else NO_SIDE).format(names),)
        return replace(strict, found=found, kept=kept, notes=note)

    def _said_levels(self, answer: Answer, strict: Answer, levels: Sequence[int], parts: int) -> Answer:
        """Return an answer that says how many of the words its records have."""
        noun, full, standing = self._attempts.noun, len(strict.kept.docs), strict.kept.standing
        shares = ", then ".join(f"{least} of {parts}" for least in (levels[0], levels[-1])[: len(levels)])
        if full:
            note = FILLED.format(f"{full} {noun if full == 1 else noun + 's'}", shares)
        elif standing:
            note = FILTERED.format(noun, f"{standing:,}", shares)
        else:
            note = RELAXED.format(noun, shares)
        words = self._words(answer.node)
        unknown = [UNKNOWN.format(word.text) for word in words if not self._speller.records(word.text)]
        notes = (note, *dict.fromkeys(unknown), *answer.notes)
        return replace(answer, notes=notes, complete=full)

    def _having(self, words: Sequence[str]) -> Docs:
        """Return the records with any of some words."""
        return self._attempts.run(AnyWord(MERGED, tuple(stem for word in words for stem in stems(word)))).docs


def _among(docs: Docs, others: Docs) -> npt.NDArray[np.bool_]:
    """Tell of ascending records which are among other ascending ones."""
    places = np.searchsorted(others, docs)
    found = places < len(others)
    found[found] = others[places[found]] == docs[found]
    return found


def _is_one_of(node: Node, words: Sequence[str]) -> bool:
    return isinstance(node, Word) and node.text.casefold() in words


def _excluding(wanted: Any, unwanted: Sequence[Any]) -> Any:
    return Without(wanted, query.Or(list(unwanted))) if unwanted else wanted


def _said(changes: Sequence[Change], unknown: Sequence[Word]) -> tuple[str, ...]:
    starts = {word.start for word in unknown}
    return tuple(
        (RESPELT if change.start in starts else REPLACED).format(change.read, change.typed)
        for change in changes
    )
