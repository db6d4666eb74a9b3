"""The one door to a served generation: search, counts per kind, records, facts. Thread-safe."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from searchcore.engine import RawResult
from searchcore.errors import CodeFacetError, GenerationError, QueryError
from searchcore.facets import all_values, distinct, visible_values
from searchcore.facts import Facts, ReleaseInfo
from searchcore.generations import Generation, current_id, load
from searchcore.hits import carried_forward, hits_of
from searchcore.lazy import LazyValues
from searchcore.opened import Opened
from searchcore.ranges import range_label
from searchcore.request import Request
from searchcore.result import FacetAnswer, FacetValue, Record, Result
from searchcore.schema import KINDS, load_kind
from searchcore.suggestion import Suggestion


class Library:
    """The served generation of a data folder."""

    def __init__(self, data_dir: Path, opened: Opened) -> None:
        self._data_dir = data_dir
        self._opened = opened
        self._switching = threading.Lock()
        self.last_error: CodeFacetError | None = None

    @classmethod
    def open(cls, data_dir: Path, kinds: Sequence[str] | None = None) -> Library:
        """Open the served generation; every checksum is recomputed, so that a damaged one is never served.

        Args:
            data_dir: the data folder.
            kinds: for a process that ends soon: only these are opened and checked at once, the others when
                they are first asked for. None opens all.

        Raises:
            GenerationError: nothing is built, or the generation is damaged.
        """
        while True:
            wanted = current_id(data_dir)
            try:
                return cls(data_dir, Opened(load(data_dir, wanted), kinds))
            except GenerationError:
                # Published anew, and the one before deleted, in this moment.
                if current_id(data_dir) == wanted:
                    raise

    def pinned(self) -> Library:
        """Return a library that stays with the generation of now, whatever is published meanwhile.

        One that asks several questions and puts the answers together needs it.
        """
        return Library(self._data_dir, self._opened)

    def warm_up(self) -> None:
        """Do what the first searches would otherwise wait for."""
        self._opened.warm_up()

    def refresh(self) -> bool:
        """Switch to a newer generation if one was published; tell whether it did.

        It is checked and warmed up first, which takes a while: a server calls this in the background. A
        generation that is damaged is not served: the one at hand stays, and `last_error` says why.
        """
        try:
            wanted = current_id(self._data_dir)
            if wanted == self.generation:
                self.last_error = None
            if wanted in (None, self.generation) or not self._switching.acquire(blocking=False):
                return False
            try:
                opened = Opened(load(self._data_dir))
                opened.warm_up()
                self._opened, self.last_error = opened, None
                return True
            finally:
                self._switching.release()
        except CodeFacetError as error:
            self.last_error = error
            return False

    def close(self) -> None:
        """Give the generation up; searches that still run finish first."""
        del self._opened

    @property
    def generation(self) -> str:
        """The id of the served generation."""
        return self._opened.generation.id

    @property
    def manifest(self) -> Generation:
        """The served generation, with its manifest."""
        return self._opened.generation

    @property
    def is_sample(self) -> bool:
        """Whether the sample corpus is served."""
        return self._opened.generation.is_sample

    @property
    def facts(self) -> Facts:
        """The fact tables."""
        return self._opened.facts

    def releases(self) -> list[ReleaseInfo]:
        """Return the loaded releases, by source and window."""
        return self.facts.releases

    def facet_label(self, kind: str, facet: str, value: str) -> str:
        """Return the label of a facet value."""
        known = self.facts.facet_values.get((kind, facet), {})
        return "Not specified" if value == "-" else known.get(value, (range_label(value), None))[0]

    def search(self, request: Request) -> Result:
        """Answer a request."""
        begin = time.perf_counter()
        opened = self._opened
        raw = opened.index(request.kind).search(request)
        values, selected = opened.facts.facet_values, request.selected
        schema = load_kind(request.kind)

        def shown(name: str) -> tuple[FacetValue, ...]:
            known = values.get((request.kind, name), {})
            return visible_values(
                raw.counts.get(name, {}), schema.facets[name], selected.get(name, ()), known
            )

        return Result(
            kind=request.kind,
            total=raw.total,
            as_of=request.as_of,
            hits=tuple(hits_of(opened, raw.hits, request.as_of)),
            facets=LazyValues(tuple(schema.facets), shown),
            facet_totals=LazyValues(tuple(schema.facets), lambda name: distinct(raw.counts.get(name, {}))),
            generation=opened.generation.id,
            took_ms=(time.perf_counter() - begin) * 1000,
            page=request.page,
            per_page=request.per_page,
            notes=raw.notes,
            group=request.group,
            groups=raw.groups,
            suggestion=raw.suggestion,
            complete=raw.complete,
            warnings=raw.warnings,
        )

    def suggest(
        self, text: str, kind: str = "code", limit: int = 10, as_of: dt.date | None = None
    ) -> list[Suggestion]:
        """Return what a text may become while somebody types it: codes first, at most ten of both.

        Args:
            text: what was typed so far.
            kind: of records.
            limit: how many at most.
            as_of: the day; what is not in force on it comes last. None means today.

        Raises:
            QueryError: there is no such kind.
        """
        if kind not in KINDS:
            raise QueryError(f"there is no kind {kind[:40]!r}", mend=f"use one of {', '.join(KINDS)}")
        return self._opened.index(kind).suggest(text, max(0, limit), as_of)

    def facet_values(self, request: Request, facet: str, containing: str = "") -> FacetAnswer:
        """Return every value of one facet, whole trees too; only those that contain a text if given."""
        opened = self._opened
        raw = opened.index(request.kind).search(replace(request, page=1, per_page=1, group=""))
        known = opened.facts.facet_values.get((request.kind, facet), {})
        values = all_values(raw.counts.get(facet, {}), request.selected.get(facet, ()), known, containing)
        return FacetAnswer(values, raw.warnings)

    def counts(self, request: Request, found: Result | None = None) -> dict[str, int]:
        """Return the number of matches per kind, as its page gives it: filters and switches stay with a kind.

        A kind whose search took too long to be whole is left out.

        Args:
            request: the search.
            found: its answer, if it is at hand.
        """
        opened, totals = self._opened, {}
        for kind in KINDS:
            if kind == request.kind:
                answer: RawResult | Result = found or opened.index(kind).search(replace(request, per_page=1))
            else:
                answer = opened.index(kind).search(
                    Request(request.text, kind, as_of=request.as_of, per_page=1)
                )
            if not answer.warnings:
                totals[kind] = answer.total
        return totals

    def representatives(
        self, kind: str, code: str, systems: Sequence[str] | None, as_of: dt.date
    ) -> list[Record]:
        """Return for each system that knows the code the version that stands for it on the day."""
        opened = self._opened
        return opened.index(kind).representative(code, systems, as_of)

    def versions(
        self, kind: str, code: str, systems: Sequence[str] | None, as_of: dt.date | None
    ) -> list[Record]:
        """Return all versions of a code, oldest first."""
        opened = self._opened
        return opened.index(kind).versions(code, systems, as_of)

    def beside(
        self, kind: str, system: str, code: str, as_of: dt.date, count: int
    ) -> tuple[list[Record], list[Record]]:
        """Return the records of a system before and behind a code, loaded or not, in code order."""
        return self._opened.index(kind).beside(system, code, as_of, count)

    def edits_among(self, codes: Sequence[str], as_of: dt.date, most: int) -> tuple[list[Record], int]:
        """Return the PTP edits between some codes, those in force first, and how many there are."""
        return self._opened.index("ptp_edit").among(codes, as_of, most)

    def carried_forward(self, record: Record, as_of: dt.date | None) -> str | None:
        """Return the name of the release that is carried forward to the day, or None."""
        return carried_forward(self._opened, record, as_of)
