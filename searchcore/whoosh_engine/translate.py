"""Turns our syntax tree into Whoosh queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from whoosh import query

from searchcore.codes import display_form, normalise
from searchcore.query import And, Code, Every, Field, Node, Not, Or, Phrase, Prefix, Word
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.analysis import places, stems
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.expansions import Switches
from searchcore.whoosh_engine.layout import MERGED, place_field
from searchcore.whoosh_engine.parts import Parts
from searchcore.whoosh_engine.queries import (
    AnyWord,
    CodePrefix,
    ExactCode,
    OfParts,
    Only,
    Without,
)
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.whole_texts import idle_stems
from searchcore.whoosh_engine.words import Words

MAX_STEMS = 64
# Systems in which a code stands below every code that it starts with.
_TREES = ("ICD10CM", "ICD10PCS")


class Translator:
    """Makes the Whoosh query of a tree for one index.

    Attributes:
        notes: what a person should know about how the query was cut short.
    """

    def __init__(
        self, schema: KindSchema, columns: Columns, words: Words, ranking: Ranking, switches: Switches
    ) -> None:
        self._schema = schema
        self._switches = switches
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
            case Code():
                return self._code(node)
            case Field(name=name, node=below):
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
        wanted, unwanted = self._split(nodes, field)
        return _excluding(_every_of(wanted) if wanted else query.Every(), unwanted)

    def _split(self, nodes: Sequence[Node], field: str | None) -> tuple[list[Any], list[Any]]:
        """Return the queries of the parts of a conjunction: those that it wants, those that it excludes."""
        wanted = [self.query(node, field) for node in telling(nodes) if not isinstance(node, Not)]
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

    def _code(self, node: Code) -> Any:
        """Return a query for the code itself, what stands below it, and records that mention it."""
        found: list[Any] = [ExactCode(self._columns, (node.code, *node.modifiers), self._ranking.descendant)]
        spellings = [node.code, node.text]
        trees = tuple(system for system in node.systems if system in _TREES)
        if trees:
            found.append(CodePrefix(self._columns, node.code, trees, self._ranking.descendant))
        if "ICD10CM" in trees:
            spellings.append(display_form("ICD10CM", node.code))
        mentions = dict.fromkeys(tuple(stems(spelling)) for spelling in spellings)
        return _any_of([*found, *(self._phrase(words, None) for words in mentions)])


class JoinTranslator(Translator):
    """Makes the queries of a joined kind: words, phrases and prefixes are looked for in the texts of parts.

    All tokens of one word, and all words of one phrase, must be in one part; the words of a query may be in
    any of the parts that a record names.
    """

    def __init__(
        self, schema: KindSchema, columns: Columns, parts: Parts, ranking: Ranking, switches: Switches
    ) -> None:
        super().__init__(schema, columns, parts.words, ranking, switches)
        self._parts = parts
        texts = replace(schema, text=schema.parts, parts={}, code=())
        self._inner = Translator(texts, columns, parts.words, ranking, switches)
        self._inner.notes = self.notes

    def query(self, node: Node, field: str | None = None) -> Any:
        """See `Translator`; `field` is a column that names parts."""
        match node:
            case Word() | Phrase():
                return self._of_parts(self._inner.query(node), field)
            case Prefix(text=text):
                return self._of_parts(self._inner.words_beginning(text), field)
            case Code(text=text):
                mentioned = self._of_parts(self._inner.query(Phrase(text)), field)
                own = ExactCode(self._columns, (node.code, *node.modifiers), self._ranking.descendant)
                return _any_of([own, mentioned])
        return super().query(node, field)

    def _of_parts(self, wanted: Any, field: str | None) -> Any:
        if wanted is None:
            return None
        return OfParts(self._parts, wanted, self._parts.columns if field is None else (field,))


def telling(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes without the idle words, unless there is nothing else."""
    found = [
        node for node in nodes if not (isinstance(node, Word) and idle_stems().issuperset(stems(node.text)))
    ]
    return found if any(not isinstance(node, Not) for node in found) else list(nodes)


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
