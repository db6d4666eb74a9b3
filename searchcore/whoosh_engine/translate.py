"""Turns our syntax tree into Whoosh queries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from whoosh import query

from searchcore.codes import display_form, normalise
from searchcore.query import (
    And,
    Below,
    Code,
    CodeRange,
    Codes,
    Days,
    Every,
    Facet,
    Field,
    Node,
    Not,
    Numbers,
    Or,
    Phrase,
    Prefix,
    Wildcard,
    Word,
    narrows,
)
from searchcore.schema import KindSchema
from searchcore.validity import to_day
from searchcore.whoosh_engine.analysis import fold, places, stems
from searchcore.whoosh_engine.code_queries import BetweenCodes, CodesLike, ListedCodes, PartsNamed
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.days import Day
from searchcore.whoosh_engine.expansions import Switches
from searchcore.whoosh_engine.facet_values import FacetIs, FacetNames
from searchcore.whoosh_engine.idle_words import idle_stems, said_of_idle, years_stems
from searchcore.whoosh_engine.layout import MERGED, place_field
from searchcore.whoosh_engine.parts import Parts
from searchcore.whoosh_engine.queries import (
    AnyWord,
    CodePrefix,
    ColumnRange,
    OfParts,
    Only,
    Without,
)
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.words import Words

MAX_STEMS = 64
_PIECES = re.compile(r"(?:[^\W_]|['’ʼ*?])+")
_WILD = re.compile(r"([*?])")
# Systems in which a code stands below every code that it starts with.
_TREES = ("ICD10CM", "ICD10PCS")


class Translator:
    """Makes the Whoosh query of a tree for one index.

    Args:
        schema: the kind.
        columns, words: of the index.
        ranking: the weights.
        day: the day asked for, on which records have a status; today's if there is none.

    Attributes:
        notes: what a person should know about how the query was read or cut short.
    """

    def __init__(
        self,
        schema: KindSchema,
        columns: Columns,
        words: Words,
        ranking: Ranking,
        switches: Switches,
        day: Day | None = None,
    ) -> None:
        self._schema = schema
        self._switches = switches
        self._facets = FacetNames(schema, columns, day)
        self._columns = columns
        self._words = words
        self._ranking = ranking
        self.notes: list[str] = []

    def query(self, node: Node, field: str | None = None) -> Any:
        """Return the Whoosh query of a node, None where the node has no word that the index could hold.

        Args:
            node: the tree.
            field: the text field that it must match in; None for anywhere.
        """
        match node:
            case Word(text=text):
                return self._all_of(stems(text), field)
            case Phrase(text=text):
                return self._phrase(stems(text), field)
            case Prefix(text=text):
                return self._prefix(text, field)
            case Wildcard(text=text):
                return self._wildcard(text, field)
            case Code():
                return self._code(node) if field is None else self._phrase(stems(node.code), field)
            case Codes(codes=codes):
                return self._codes(codes, field)
            case CodeRange():
                return self._range(node, field)
            case Below(code=code):
                return self._below(code, field)
            case Facet():
                return self._facet(node, field)
            case Days(name=name, low=low, high=high):
                first, last = (None if end is None else to_day(end, 0) for end in (low, high))
                return ColumnRange(self._columns, name, first, last)
            case Numbers(name=name, low=low, high=high):
                return ColumnRange(self._columns, name, low, high)
            case Field(name=name, node=below):
                if name in self._schema.scopes:
                    return self._scoped(name, below, field)
                return self.query(below, name)
            case And(nodes=nodes):
                return self._and(nodes, field)
            case Or(nodes=nodes):
                return _any_of([self.query(part, field) for part in nodes])
            case Not(node=below):
                excluded = self.query(below, field)
                return query.Every() if excluded is None else Without(query.Every(), excluded)
            case Every():
                return query.Every()
        raise TypeError(f"no translation for {type(node).__name__}")

    def _and(self, nodes: Sequence[Node], field: str | None) -> Any:
        wanted, unwanted = self._split([node for node in nodes if not narrows(node)], field)
        selected = [self.query(node, field) for node in nodes if narrows(node)]
        found = self._everything_of(nodes, wanted) if wanted else None
        if selected:
            choice = _every_of(selected)
            found = choice if not wanted or choice is None else found and Only(found, choice)
        elif not wanted:
            found = query.Every()
        return _excluding(found, unwanted)

    def _everything_of(self, nodes: Sequence[Node], wanted: Sequence[Any]) -> Any:
        """Return the query of all parts; of codes alone each is found, besides what has all of them."""
        found = _every_of(wanted)
        codes = [node for node in nodes if isinstance(node, Code)]
        if len(codes) < 2 or len(codes) < sum(not narrows(node) for node in nodes) or self._schema.joined:
            return found
        return _any_of([found, ListedCodes(self._columns, tuple(codes), self._ranking.descendant)])

    def _split(self, nodes: Sequence[Node], field: str | None) -> tuple[list[Any], list[Any]]:
        """Return the queries of the parts of a conjunction: those that it wants, those that it excludes."""
        kept = telling(nodes)
        for node in nodes:
            if isinstance(node, Word) and node not in kept:
                self.notes += [said_of_idle()[stem] for stem in stems(node.text) if stem in said_of_idle()]
        wanted = [self.query(node, field) for node in kept if not isinstance(node, Not)]
        return wanted, [self.query(node.node, field) for node in nodes if isinstance(node, Not)]

    def _all_of(self, words: Sequence[str], field: str | None) -> Any:
        """Return a query for records with all words, scored by the merged field."""
        distinct = list(dict.fromkeys(words))[:MAX_STEMS]
        if not distinct:
            return None
        anywhere = _every_of([query.Term(MERGED, word) for word in distinct])
        if field is None:
            limits = _every_of([self._switches.condition([word]) for word in distinct])
            return anywhere if limits is None else Only(anywhere, limits)
        return Only(anywhere, _every_of([query.Term(place_field(field), word) for word in distinct]))

    def _phrase(self, words: Sequence[str], field: str | None) -> Any:
        words = list(words[:MAX_STEMS])
        if len(words) < 2:
            return self._all_of(words, field)
        names = self._schema.text if field is None else (field,)
        places = [query.Phrase(place_field(name), words) for name in names]
        if field is None:
            places.append(self._switches.phrase(words))
        return Only(self._all_of(words, None), _any_of(places))

    def words_beginning(self, text: str, field: str | None = None) -> Any:
        """Return a query for records with a word that begins like the last one of a text, and all others."""
        typed = places(text)
        if not typed:
            return None
        begin = typed[-1].surface
        found = self._words.with_prefix(begin)
        if len(found) > self._ranking.prefix_words:
            found = found[: self._ranking.prefix_words]
            self.notes.append(f"very many words begin with {begin!r}; only some of them were searched")
        any_word: Any = AnyWord(place_field(field) if field else MERGED, found, self._ranking.prefix)
        limit = None if field else self._switches.condition(found)
        if limit is not None:
            any_word = Only(any_word, limit)
        return _every_of([self._all_of([place.stem for place in typed[:-1]], field), any_word])

    def _prefix(self, text: str, field: str | None) -> Any:
        words = self.words_beginning(text, field)
        if words is None or field or not any(char.isdigit() for char in text):
            return words
        return query.Or([words, CodePrefix(self._columns, normalise(text), score=self._ranking.prefix)])

    def _wildcard(self, text: str, field: str | None) -> Any:
        words = self.words_like(text, field)
        if field or not any(char.isdigit() for char in text):
            return words
        return _any_of([words, CodesLike(self._columns, text.upper(), self._ranking.prefix)])

    def words_like(self, text: str, field: str | None = None) -> Any:
        """Return a query for records with all words of a text, patterns among them."""
        found: list[Any] = []
        for piece in _PIECES.findall(text):
            if not _WILD.search(piece):
                found.append(self._all_of(stems(piece), field))
                continue
            pattern = "".join(part if part in "*?" else fold(part) for part in _WILD.split(piece))
            words = self._some(self._words.like(pattern), pattern)
            found.append(AnyWord(place_field(field) if field else MERGED, words, self._ranking.prefix))
        return _every_of(found)

    def _some(self, words: tuple[str, ...], typed: str) -> tuple[str, ...]:
        most = self._ranking.prefix_words
        if len(words) > most:
            self.notes.append(f"very many words are like {typed!r}; only some of them were searched")
        return words[:most]

    def _code(self, node: Code) -> Any:
        """Return a query for the code itself, what stands below it, and records that mention it."""
        found: list[Any] = [ListedCodes(self._columns, (node,), self._ranking.descendant)]
        trees = tuple(system for system in node.systems if system in _TREES)
        if trees:
            found.append(CodePrefix(self._columns, node.code, trees, self._ranking.descendant))
        return _any_of([*found, *(self._phrase(words, None) for words in _mentions(node, trees))])

    def _codes(self, codes: tuple[Code, ...], field: str | None) -> Any:
        """Return a query for each of many codes and for records that mention one, all with one score."""
        mentioned = AnyWord(
            place_field(field) if field else MERGED,
            tuple(code.code.lower() for code in codes),
            self._ranking.prefix,
        )
        if field is not None:
            return mentioned
        own = ListedCodes(self._columns, codes, self._ranking.descendant)
        return _any_of([own, mentioned])

    def _range(self, node: CodeRange, field: str | None) -> Any:
        """Return a query for the codes of a range; of a kind without such codes for records that list one."""
        own = BetweenCodes(self._columns, node, self._ranking.prefix)
        if field is None and len(own.doc_numbers):
            self.notes.append(own.said)
            return own
        words = self._words.between(node.low.code.lower(), node.high.code.lower())
        some = self._some(words, f"{node.low.code}-{node.high.code}")
        return AnyWord(place_field(field) if field else MERGED, some, self._ranking.prefix)

    def _below(self, code: str, field: str | None) -> Any:
        if field is not None:
            return self.words_beginning(code, field)
        return CodePrefix(self._columns, code, ("ICD10CM",), self._ranking.prefix)

    def _facet(self, node: Facet, field: str | None) -> Any:
        """Return a query for a value of a facet; one that it has not is searched as words."""
        found = self._facets.query(node.name, node.value)
        if found is None:
            self.notes.append(self._facets.unknown(node.name, node.value))
            return self._phrase(stems(node.value), field)
        return found

    def _scoped(self, name: str, below: Node, field: str | None) -> Any:
        scope = self._schema.scopes[name]
        choice = _any_of([FacetIs(self._columns, scope.facet, value) for value in scope.values])
        if isinstance(below, Every):
            return choice
        found = self.query(below, field)
        return None if found is None else Only(found, choice)


class JoinTranslator(Translator):
    """Makes the queries of a joined kind: words, phrases and prefixes are looked for in the texts of parts.

    All tokens of one word, and all words of one phrase, must be in one part; the words of a query may be in
    any of the parts that a record names.
    """

    def __init__(
        self,
        schema: KindSchema,
        columns: Columns,
        parts: Parts,
        ranking: Ranking,
        switches: Switches,
        day: Day | None = None,
    ) -> None:
        super().__init__(schema, columns, parts.words, ranking, switches, day)
        self._parts = parts
        texts = replace(schema, text=schema.parts, parts={}, code=())
        self._inner = Translator(texts, columns, parts.words, ranking, switches, day)
        self._inner.notes = self.notes

    def query(self, node: Node, field: str | None = None) -> Any:
        """See `Translator`; `field` is a column that names parts."""
        match node:
            case Word() | Phrase():
                return self._of_parts(self._inner.query(node), field)
            case Prefix(text=text):
                return self._of_parts(self._inner.words_beginning(text), field)
            case Wildcard(text=text):
                return self._of_parts(self._inner.words_like(text), field)
            case Code() if field is None:
                mentioned = self._of_parts(self._inner.query(Phrase(node.code)), field)
                return _any_of([self._own((node,)), mentioned])
            case Code(code=code):
                return self._of_parts(self._inner.query(Phrase(code)), field)
            case Codes(codes=codes):
                own = [self._own(codes)] if field is None else []
                named = self._of_parts(PartsNamed(self._parts, [code.code for code in codes]), field)
                return _any_of([*own, named])
            case CodeRange(low=low, high=high):
                self.notes.append(
                    f"{low.code}-{high.code} was read as edits with a code from {low.code} to {high.code}"
                )
                return self._of_parts(PartsNamed.between(self._parts, node), field)
            case Below(code=code):
                return self._of_parts(PartsNamed.beginning(self._parts, code), field)
        return super().query(node, field)

    def _own(self, codes: tuple[Code, ...]) -> Any:
        return ListedCodes(self._columns, codes, self._ranking.descendant)

    def _of_parts(self, wanted: Any, field: str | None) -> Any:
        if wanted is None:
            return None
        return OfParts(self._parts, wanted, self._parts.columns if field is None else (field,))


def _mentions(node: Code, trees: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the words with which a text mentions a code, in each of its spellings."""
    spellings = [node.code, *([display_form("ICD10CM", node.code)] if "ICD10CM" in trees else [])]
    return list(dict.fromkeys(tuple(stems(spelling)) for spelling in spellings))


def telling(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes without the idle words and without ages (65 y/o), unless there is nothing else."""
    found = [
        node
        for node, behind in zip(nodes, (*nodes[1:], None), strict=True)
        if not (isinstance(node, Word) and idle_stems().issuperset(stems(node.text)))
        and not (isinstance(node, Word | Code) and node.text.isdigit() and _counts_years(behind))
    ]
    return found if any(not isinstance(node, Not) for node in found) else list(nodes)


def _counts_years(node: Node | None) -> bool:
    return isinstance(node, Word) and years_stems().issuperset(stems(node.text))


def _every_of(queries: Sequence[Any]) -> Any:
    known = [part for part in queries if part is not None]
    if len(known) < 2:
        return known[0] if known else None
    return query.And(known)


def _excluding(included: Any, unwanted: Sequence[Any]) -> Any:
    excluded = _any_of(unwanted)
    return included if included is None or excluded is None else Without(included, excluded)


def _any_of(queries: Sequence[Any]) -> Any:
    known = [part for part in queries if part is not None]
    if len(known) < 2:
        return known[0] if known else None
    return query.Or(known)
