"""What a search works with: everything that is opened once for an index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from searchcore.query import Node
from searchcore.request import Request
from searchcore.result import Reason, Record
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.denials import Denials
from searchcore.whoosh_engine.execute import Executor
from searchcore.whoosh_engine.expansions import Switches
from searchcore.whoosh_engine.nearness import Nearness
from searchcore.whoosh_engine.parts import Parts
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.reasons import Reasons, Texts
from searchcore.whoosh_engine.records import RecordReader
from searchcore.whoosh_engine.spelling import Speller
from searchcore.whoosh_engine.translate import Translator
from searchcore.whoosh_engine.translate_joined import JoinTranslator
from searchcore.whoosh_engine.whole_texts import WholeTexts
from searchcore.whoosh_engine.words import Words


@dataclass(frozen=True)
class Context:
    """What a search works with. `parts`: of a joined kind; `whole` and so on: of any other, else None."""

    schema: KindSchema
    columns: Columns
    words: Words
    ranking: Ranking
    executor: Executor
    records: RecordReader
    texts: Texts
    speller: Speller
    parts: Parts | None = None
    whole: WholeTexts | None = None
    near: Nearness | None = None
    denials: Denials | None = None

    def switches(self, request: Request) -> Switches:
        """Return which language rules hold in a search."""
        return Switches(self.texts.expansions, self.texts.fields, expand=request.expand, off=request.off)

    def reasons(self, node: Node, switches: Switches) -> Callable[[int, Record], tuple[Reason, ...]]:
        """Return what gives the reasons of a hit, from its number and its record."""
        found, parts = Reasons(node, self.texts, switches), self.parts
        if parts is None:
            return found.of
        return lambda doc, record: found.of_parts(parts.of(doc), record)

    def translator(self, switches: Switches, as_of: dt.date | None = None) -> Translator:
        """Return what makes Whoosh queries for this index, with the status that records have on a day."""
        day = self.columns.on_day(as_of)
        if self.parts is None:
            return Translator(self.schema, self.columns, self.words, self.ranking, switches, day)
        return JoinTranslator(self.schema, self.columns, self.parts, self.ranking, switches, day)
