"""Turns our syntax tree into Whoosh queries for a joined kind, whose words are in the texts of parts."""

from __future__ import annotations

from typing import Any

from searchcore.query import Below, Code, CodeRange, Codes, Node, Phrase, Prefix, Wildcard, Word
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.code_queries import ListedCodes, PartsNamed
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.combining import any_of
from searchcore.whoosh_engine.days import Day
from searchcore.whoosh_engine.expansions import Switches
from searchcore.whoosh_engine.parts import Parts
from searchcore.whoosh_engine.queries import OfParts
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.text_queries import TextQueries
from searchcore.whoosh_engine.translate import Translator


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
        self._texts = TextQueries(schema.parts, parts.words, ranking, switches, self.notes)

    def query(self, node: Node, field: str | None = None) -> Any:
        """See `Translator`; `field` is a column that names parts."""
        match node:
            case Word(text=text):
                spelt = any_of([self._texts.all_of(stems(each), None) for each in self._written(text)])
                return self._of_parts(spelt, field)
            case Phrase(text=text):
                return self._of_parts(self._texts.phrase(stems(text), None), field)
            case Prefix(text=text):
                return self._of_parts(self._texts.beginning(text), field)
            case Wildcard(text=text):
                return self._of_parts(self._texts.like(text), field)
            case Code() if field is None:
                return any_of([self._own((node,)), self._mentioning(node, field)])
            case Code():
                return self._mentioning(node, field)
            case Codes(codes=codes):
                own = [self._own(codes)] if field is None else []
                named = self._of_parts(PartsNamed(self._parts, [code.code for code in codes]), field)
                return any_of([*own, named])
            case CodeRange(low=low, high=high):
                self.notes.append(
                    f"{low.code}-{high.code} was read as edits with a code from {low.code} to {high.code}"
                )
                return self._of_parts(PartsNamed.between(self._parts, node), field)
            case Below(code=code):
                return self._of_parts(PartsNamed.beginning(self._parts, code), field)
        return super().query(node, field)

    def _own(self, codes: tuple[Code, ...]) -> Any:
        """Return a query for the records whose own code is one of some; None if there are none."""
        own = ListedCodes(self._columns, codes, self._ranking.descendant)
        return own if len(own.doc_numbers) else None

    def _mentioning(self, code: Code, field: str | None) -> Any:
        return self._of_parts(self._texts.phrase(stems(code.code), None), field)

    def _of_parts(self, wanted: Any, field: str | None) -> Any:
        if wanted is None:
            return None
        return OfParts(self._parts, wanted, self._parts.columns if field is None else (field,))
