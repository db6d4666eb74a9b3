"""Imports a folder: recognises each file, reads it once to count it, checks it, and keeps it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.archives import Damaged, Limits
from indexer.catalogue import KEPT_REJECTS, Catalogue, Part
from indexer.folders import shown_name, walk
from indexer.recognise import NotData, Recognised, reader_of, recognise
from searchcore.errors import SourceFileError

if TYPE_CHECKING:
    from indexer.sources.base import Member, Reading

MOST_REJECTED = 0.01
FEW_REJECTED = 20

ACCEPTED, ASIDE, REFUSED = "accepted", "aside", "refused"


@dataclass(frozen=True)
class ImportLine:
    """What became of one file; the fields of `import --json`."""

    file: str
    state: str
    reason: str
    source: str | None = None
    release: str | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    rows: int = 0
    rejected: int = 0
    sha256: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON form."""
        return {
            "file": self.file,
            "source": self.source,
            "release": self.release,
            "effective_from": self.start.isoformat() if self.start else None,
            "effective_to": self.end.isoformat() if self.end else None,
            "rows": self.rows,
            "rejected": self.rejected,
            "sha256": self.sha256,
            "accepted": self.state == ACCEPTED,
            "state": self.state,
            "reason": self.reason,
        }


def import_folder(
    root: Path, catalogue: Catalogue, *, update: bool = False, limits: Limits | None = None
) -> Iterator[tuple[Path, ImportLine]]:
    """Import every file under `root`; yield (file on disk, line) for each as it is done.

    Args:
        root: a folder, or one file.
        catalogue: where accepted files are kept.
        update: accept other content for a release that is already there.

    Raises:
        SourceFileError: `root` does not exist or holds no file at all, or another import is at work.
    """
    if not root.exists():
        raise SourceFileError("there is no such file or folder", where=str(root))
    empty = True
    with catalogue.lock():
        catalogue.clean()
        for path, found in walk(root, limits):
            empty = False
            if isinstance(found, Damaged):
                yield path, ImportLine(found.path, REFUSED, _why(found.error, found.path))
                continue
            outer = shown_name(root, path)
            try:
                yield path, _import_member(path, outer, found, catalogue, update)
            except SourceFileError as error:
                yield path, ImportLine(found.path, REFUSED, _why(error, found.path))
            found.forget()
    if empty:
        raise SourceFileError("the folder is empty", where=str(root), mend="download files into it first")


def _why(error: SourceFileError, shown: str) -> str:
    """Return an error as the reason of a line that names the file already."""
    place, _, line = error.where.rpartition(", line ")
    if place and line.isdigit():
        return f"{error.what} (line {line})" + (f"; {error.mend}" if error.mend else "")
    elsewhere = f"{error.where}: " if error.where != shown else ""
    return f"{elsewhere}{error.what}" + (f"; {error.mend}" if error.mend else "")


def _import_member(path: Path, outer: str, member: Member, catalogue: Catalogue, update: bool) -> ImportLine:
    found = recognise(member)
    if isinstance(found, NotData):
        state = REFUSED if found.refused else ASIDE
        return ImportLine(member.path, state, found.reason, source=found.source or None)
    digest = hashlib.sha256(member.content).hexdigest()
    source, release = found.source, found.release

    def line(state: str, reason: str, rows: int = 0, rejected: int = 0) -> ImportLine:
        return ImportLine(
            member.path,
            state,
            reason,
            source.id,
            release.name,
            release.start,
            release.end,
            rows,
            rejected,
            digest,
        )

    known = catalogue.find(source.id, release.name)
    earlier = known.parts.get(release.part) if known else None
    same = earlier is not None and earlier.sha256 == digest
    if earlier and same and not update and catalogue.holds(earlier):
        return line(ACCEPTED, "already imported, unchanged", earlier.rows, earlier.rejected)
    if earlier and not same and not update:
        reason = (
            f"another file of this release is already imported ({earlier.file}); give --update to replace it"
        )
        return line(REFUSED, reason)
    reading = reader_of(source.reader).read(member, source.reader_options)
    problem = _problem(found, reading)
    if problem:
        return line(problem[0], problem[1], reading.rows, len(reading.rejects))
    note = _cross_check(found, reading, known.parts if known else {})
    file_digest, stored = catalogue.store(path)
    part = Part(
        part=release.part,
        file=member.file,
        # Empty for a loose file; names may hold exclamation marks of their own.
        member=member.path.removeprefix(outer).removeprefix("!"),
        sha256=digest,
        file_sha256=file_digest,
        stored=stored,
        rows=reading.rows,
        rejected=len(reading.rejects),
        imported=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        rejects=[
            {"line": r.line, "reason": r.reason, "text": r.text} for r in reading.rejects[:KEPT_REJECTS]
        ],
        checks=reading.checks,
    )
    catalogue.add(source.id, release, part)
    if earlier:
        note = "read and stored again" if same else "replaced"
    return line(ACCEPTED, note, reading.rows, len(reading.rejects))


def _problem(found: Recognised, reading: Reading) -> tuple[str, str] | None:
    """Return why a file that reads well is not accepted: too small, too many rejects, an anchor missing."""
    source, rejected = found.source, len(reading.rejects)
    if rejected > max(FEW_REJECTED, MOST_REJECTED * (reading.rows + rejected)):
        first = reading.rejects[0]
        return REFUSED, f"{rejected:,} rows do not parse; the first is line {first.line}: {first.reason}"
    if reading.rows < source.minimum_rows:
        return (
            ASIDE,
            f"only {reading.rows:,} rows, an excerpt (the full file has at least {source.minimum_rows:,})",
        )
    table = next(iter(reading.tables.values()), None)
    if table is None or not reading.rows:
        return None
    column = next((name for name in ("code", "column_1", "add_on") if name in table.columns), None)
    anchors = source.anchors_for(found.release.name)
    if column is None or not (anchors.present or anchors.absent):
        return None
    codes = set(table[column].to_list())
    for wanted in anchors.present:
        if wanted not in codes:
            return (
                REFUSED,
                f"{wanted} is missing, so this is not the whole {source.title} of {found.release.name}",
            )
    for unwanted in anchors.absent:
        if unwanted in codes:
            return REFUSED, f"{unwanted} is in it, so this is not the {source.title} of {found.release.name}"
    return None


def _cross_check(found: Recognised, reading: Reading, parts: dict[str, Part]) -> str:
    """Compare a second form of a release with the one already there; say what differs."""
    forms = [form for form in found.source.forms if form in parts and form != found.release.part]
    if not forms or found.release.part not in found.source.forms:
        return ""
    other = parts[forms[0]]
    same = {name for name in reading.checks if name in other.checks}
    differing = [
        f"{name} {reading.checks[name]:,} against {other.checks[name]:,}"
        for name in sorted(same)
        if reading.checks[name] != other.checks[name]
    ]
    if differing:
        return f"another form ({other.part}) of this release differs: {', '.join(differing)}"
    return (
        f"agrees with the {other.part} form of this release"
        if same
        else f"another form ({other.part}) is there"
    )
