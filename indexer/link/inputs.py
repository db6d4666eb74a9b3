"""The typed tables that a build links, from the imported releases; `sample.py` gives those of the sample."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from indexer.catalogue import Catalogue, ImportedRelease, Part
from indexer.descriptions import SourceDescription, load_sources
from indexer.recognise import reader_of
from indexer.tables import conform, empty
from searchcore.errors import BuildError


@dataclass(frozen=True)
class Rel:
    """A release as linking sees it: position among the source's releases, oldest 0, and its window."""

    source: str
    name: str
    position: int
    start: dt.date | None
    end: dt.date | None

    @property
    def id(self) -> str:
        """Return `source/release`."""
        return f"{self.source}/{self.name}"


@dataclass(frozen=True)
class InputFile:
    """One file that a build reads; what the manifest lists and the fingerprint rests on."""

    source: str
    release: str
    start: str | None
    end: str | None
    part: str
    file: str
    member: str
    sha256: str
    rows: int
    rejected: int
    primary: bool


@dataclass
class Inputs:
    """The releases and tables of all sources; tables are read on demand and kept."""

    files: list[InputFile]
    sample: bool
    _rels: dict[str, list[Rel]]
    _read: Callable[[Rel, str], dict[str, list[pl.DataFrame]]]
    _tables: dict[Rel, dict[str, pl.DataFrame]] = field(default_factory=dict)

    def releases(self, source: str) -> list[Rel]:
        """Return the releases of a source, oldest first; none if it is not loaded."""
        return self._rels.get(source, [])

    def newest(self, source: str) -> Rel | None:
        """Return the newest release of a source, or None."""
        releases = self.releases(source)
        return releases[-1] if releases else None

    def table(self, source: str, table: str, *, newest: bool = False) -> pl.DataFrame:
        """Return one table of a source over all releases (or the newest that has rows of it).

        Beside the columns of the table there are `release` (id), `rel` (position of the release) and `part`
        (empty but for sources whose parts have releases of their own).
        """
        frames = []
        for rel in reversed(self.releases(source)):
            frame = self._load(rel).get(table)
            if frame is not None:
                frames.append(frame)
                # Older releases need not be read, unless another part is in them.
                if newest and (frame["part"] == "").any():
                    break
        if not frames:
            return _marked(empty(table), None, "")
        found = pl.concat(reversed(frames))
        return found.filter(pl.col("rel") == pl.col("rel").max().over("part")) if newest else found

    def newest_table(self, source: str, table: str) -> tuple[Rel, pl.DataFrame] | None:
        """Return the newest release of a source that has rows of a table, and its rows; None if none has.

        For tables that are too large to be kept.
        """
        for rel in reversed(self.releases(source)):
            frames = [frame for frame in self._read(rel, source).get(table, []) if frame.height]
            if frames:
                return rel, pl.concat([conform(table, frame) for frame in frames])
        return None

    def _load(self, rel: Rel) -> dict[str, pl.DataFrame]:
        """Return the tables of one release that have rows."""
        if rel not in self._tables:
            self._tables[rel] = {}
            for table, frames in self._read(rel, rel.source).items():
                filled = [frame for frame in frames if frame.height]
                if filled:
                    parts = [frame["part"][0] if "part" in frame.columns else "" for frame in filled]
                    pairs = zip(filled, parts, strict=True)
                    marked = [_marked(conform(table, frame), rel, part) for frame, part in pairs]
                    self._tables[rel][table] = pl.concat(marked)
        return self._tables[rel]


def _marked(frame: pl.DataFrame, rel: Rel | None, part: str) -> pl.DataFrame:
    return frame.with_columns(
        release=pl.lit(rel.id if rel else None, pl.String),
        rel=pl.lit(rel.position if rel else None, pl.Int32),
        part=pl.lit(part),
    )


def imported_inputs(data_dir: Path, only: tuple[str, ...] = ()) -> Inputs:
    """Return what has been imported; `only` keeps the sources of those ids."""
    catalogue = Catalogue(data_dir)
    releases = [found for found in catalogue.releases() if not only or found.source in only]
    by_rel: dict[str, ImportedRelease] = {found.id: found for found in releases}
    descriptions = load_sources()
    rels: dict[str, list[Rel]] = {}
    files = []
    for found in releases:
        if found.source not in descriptions:
            raise BuildError(
                f"{found.id} is imported, but there is no such source any more",
                mend=f"run: codefacet forget {found.source} {found.name}",
            )
        known = rels.setdefault(found.source, [])
        known.append(Rel(found.source, found.name, len(known), found.start, found.end))
        used = _primary(descriptions[found.source], found)
        files += [_input_file(found, part, part in used) for part in found.parts.values()]

    def read(rel: Rel, source: str) -> dict[str, list[pl.DataFrame]]:
        description, tables = descriptions[source], dict[str, list[pl.DataFrame]]()
        for part in _primary(description, by_rel[rel.id]):
            member = catalogue.open(part)
            reading = reader_of(description.reader).read(member, description.reader_options)
            if reading.rows != part.rows:
                raise BuildError(
                    f"{reading.rows:,} rows were read, but {part.rows:,} at import",
                    where=member.path,
                    mend="import the file again with --update",
                )
            own = part.part if description.newest_by == "part" else ""
            for name, frame in reading.tables.items():
                tables.setdefault(name, []).append(frame.with_columns(part=pl.lit(own)))
        return tables

    return Inputs(files, False, rels, read)


def _primary(description: SourceDescription, release: ImportedRelease) -> list[Part]:
    """Return the parts to read: of a release (or of a file of it) in several forms the most trusted one."""
    for form in description.forms:
        if form in release.parts:
            return [release.parts[form]]
    # `f1-xlsx` is another form of `f1`.
    again = {f"{name}-{form}" for name in release.parts for form in description.forms}
    return [part for name, part in release.parts.items() if name not in again]


def _input_file(release: ImportedRelease, part: Part, primary: bool) -> InputFile:
    start, end = (day.isoformat() if day else None for day in (release.start, release.end))
    return InputFile(
        release.source,
        release.name,
        start,
        end,
        part.part,
        part.file,
        part.member,
        part.sha256,
        part.rows,
        part.rejected,
        primary,
    )
