"""Turns our syntax tree into Whoosh queries; `translate_joined.py` does so for records that name parts."""

from __future__ import annotations

from collections.abc import Sequence
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
from searchcore.whoosh_engine.analysis import fold, stems
from searchcore.whoosh_engine.code_queries import BetweenCodes, CodesLike, ListedCodes
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.combining import any_of, every_of, excluding
from searchcore.whoosh_engine.days import Day
from searchcore.whoosh_engine.expansions import Switches
from searchcore.whoosh_engine.facet_values import FacetIs, FacetNames
from searchcore.whoosh_engine.idle_words import said_of_idle, telling
from searchcore.whoosh_engine.queries import (
    BestOf,
    CodePrefix,
    ColumnRange,
    Only,
    Without,
)
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.text_queries import TextQueries
from searchcore.whoosh_engine.words import Words

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
        self._facets = FacetNames(schema, columns, day)
        self._columns = columns
        self._ranking = ranking
        self._words = words
        self.notes: list[str] = []
        self._texts = TextQueries(schema.text, words, ranking, switches, self.notes)

    def query(self, node: Node, field: str | None = None) -> Any:
        """Return the Whoosh query of a node, None where the node has no word that the index could hold.

        Args:
            node: the tree.
            field: the text field that it must match in; None for anywhere.
        """
        match node:
            case Word(text=text):
                return any_of([self._texts.all_of(stems(each), field) for each in self._written(text)])
            case Phrase(text=text):
                return self._texts.phrase(stems(text), field)
            case Prefix(text=text):
                return self._prefix(text, field)
            case Wildcard(text=text):
                return self._wildcard(text, field)
            case Code():
                return self._code(node) if field is None else self._texts.phrase(stems(node.code), field)
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
                return any_of([self.query(part, field) for part in nodes])
            case Not(node=below):
                excluded = self.query(below, field)
                return query.Every() if excluded is None else Without(query.Every(), excluded)
            case Every():
                return query.Every()
        raise TypeError(f"no translation for {type(node).__name__}")

    def _written(self, text: str) -> list[str]:
        """Return a word as typed, and without its hyphens where records write it as one (tako-tsubo)."""
        joined = text.replace("-", "")
        known = joined != text and self._words.number(fold(joined)) >= 0
        return [text, joined] if known else [text]

    def _and(self, nodes: Sequence[Node], field: str | None) -> Any:
        wanted, unwanted = self._split([node for node in nodes if not narrows(node)], field)
        selected = [self.query(node, field) for node in nodes if narrows(node)]
        found = self._everything_of(nodes, wanted) if wanted else None
        if selected:
            choice = every_of(selected)
            found = choice if not wanted or choice is None else found and Only(found, choice)
        elif not wanted:
            found = query.Every()
        return excluding(found, unwanted)

    def _everything_of(self, nodes: Sequence[Node], wanted: Sequence[Any]) -> Any:
        """Return the query of all parts; of codes alone each is found, besides what has all of them."""
        found = every_of(wanted)
        codes = [node for node in nodes if isinstance(node, Code)]
        if len(codes) < 2 or len(codes) < sum(not narrows(node) for node in nodes) or self._schema.joined:
            return found
        return any_of([found, ListedCodes(self._columns, tuple(codes), self._ranking.descendant)])

    def _split(self, nodes: Sequence[Node], field: str | None) -> tuple[list[Any], list[Any]]:
        """Return the queries of the parts of a conjunction: those that it wants, those that it excludes."""
        kept = telling(nodes)
        for node in nodes:
            if isinstance(node, Word) and node not in kept:
                self.notes += [said_of_idle()[stem] for stem in stems(node.text) if stem in said_of_idle()]
        wanted = [self.query(node, field) for node in kept if not isinstance(node, Not)]
        return wanted, [self.query(node.node, field) for node in nodes if isinstance(node, Not)]

    def _prefix(self, text: str, field: str | None) -> Any:
        words = self._texts.beginning(text, field)
        if words is None or field or not any(char.isdigit() for char in text):
            return words
        return query.Or([words, CodePrefix(self._columns, normalise(text), score=self._ranking.prefix)])

    def _wildcard(self, text: str, field: str | None) -> Any:
        words = self._texts.like(text, field)
        if field or not any(char.isdigit() for char in text):
            return words
        return any_of([words, CodesLike(self._columns, text.upper(), self._ranking.prefix)])

    def _code(self, node: Code) -> Any:
        """Return a query for the code itself, what stands below it, and records that mention it."""
        own = ListedCodes(self._columns, (node,), self._ranking.descendant)
        trees = tuple(system for system in node.systems if system in _TREES)
        # The code itself is found in both ways, and is worth no more for it than that of another system.
        found = [BestOf([own, *(self._below_code(node.code, tree) for tree in trees)])] if trees else [own]
        return any_of([*found, *(self._texts.phrase(words, None) for words in _mentions(node, trees))])

    def _below_code(self, code: str, system: str) -> Any:
        # Nobody types a table of ICD-10-PCS to read all its codes; DM2 means diabetes to most people.
        score = self._ranking.descendant if system == "ICD10CM" else self._ranking.prefix
        return CodePrefix(self._columns, code, (system,), score)

    def _codes(self, codes: tuple[Code, ...], field: str | None) -> Any:
        """Return a query for each of many codes and for records that mention one, all with one score."""
        mentioned = self._texts.any_word(tuple(code.code.lower() for code in codes), field)
        if field is not None:
            return mentioned
        own = ListedCodes(self._columns, codes, self._ranking.descendant)
        return any_of([own, mentioned])

    def _range(self, node: CodeRange, field: str | None) -> Any:
        """Return a query for the codes of a range; of a kind without such codes for records that list one."""
        own = BetweenCodes(self._columns, node, self._ranking.prefix)
        if field is None and len(own.doc_numbers):
            self.notes.append(own.said)
            return own
        return self._texts.between(node.low.code, node.high.code, field)

    def _below(self, code: str, field: str | None) -> Any:
        if field is not None:
            return self._texts.beginning(code, field)
        return CodePrefix(self._columns, code, ("ICD10CM",), self._ranking.prefix)

    def _facet(self, node: Facet, field: str | None) -> Any:
        """Return a query for a value of a facet; one that it has not is searched as words."""
        found = self._facets.query(node.name, node.value)
        if found is None:
            self.notes.append(self._facets.unknown(node.name, node.value))
            return self.query(Phrase(node.value), field)
        return found

    def _scoped(self, name: str, below: Node, field: str | None) -> Any:
        scope = self._schema.scopes[name]
        choice = any_of([FacetIs(self._columns, scope.facet, value) for value in scope.values])
        if isinstance(below, Every):
            return choice
        found = self.query(below, field)
        return None if found is None else Only(found, choice)


def _mentions(node: Code, trees: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the words with which a text mentions a code, in each of its spellings."""
    spellings = [node.code, *([display_form("ICD10CM", node.code)] if "ICD10CM" in trees else [])]
    return list(dict.fromkeys(tuple(stems(spelling)) for spelling in spellings))
