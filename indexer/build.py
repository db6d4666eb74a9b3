"""Builds a generation beside the served one, verifies it, and switches to it."""

from __future__ import annotations

import datetime as dt
import resource
import sqlite3
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import searchcore
from indexer.content_hash import combined, hash_frames
from indexer.fingerprint import fingerprint
from indexer.progress import Stages
from indexer.publish import build_lock, prune, publish, workspace
from searchcore import engines
from searchcore.errors import BuildError, CodeFacetError
from searchcore.generations import FACTS, check_files, inventory, load, write_manifest
from searchcore.schema import KINDS, load_kind, schema_fingerprint


@dataclass
class BuildReport:
    """What a build did; the fields of `build --json`.

    Attributes:
        generation: id of the served generation.
        unchanged: True if the inputs were those of the served generation and nothing was built.
        seconds: duration per stage; `peak_memory_mb`: of the process.
    """

    generation: str
    unchanged: bool
    sample: bool
    sources: list[dict[str, Any]]
    records: dict[str, int]
    edits_read: dict[str, int]
    seconds: dict[str, float] = field(default_factory=dict)
    peak_memory_mb: float = 0.0
    disk_mb: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON form."""
        return dict(self.__dict__)


def build(
    data_dir: Path,
    *,
    only: tuple[str, ...] = (),
    force: bool = False,
    keep: int | None = None,
    stages: Stages | None = None,
) -> BuildReport:
    """Build from what has been imported, or from the sample when nothing has been.

    Args:
        data_dir: the data folder.
        only: source ids to build from; all by default.
        force: build even if nothing has changed.
        keep: delete all but the newest so many generations after a build; None keeps all.
        stages: where to show progress.

    Raises:
        BuildError: another build is at work, the disk is full, or the result does not verify. Nothing is
            published then.
    """
    stages = stages or Stages(hidden=True)
    print_of_inputs = fingerprint(data_dir, only)
    with build_lock(data_dir):
        if not force and (served := _unchanged(data_dir, print_of_inputs)):
            engines.compile_ahead(data_dir)
            return served
        timer = _Timer(stages)
        try:
            with workspace(data_dir) as folder:
                manifest = _build_in(folder, data_dir, only, timer)
                with timer.stage("Machine code"):
                    engines.compile_ahead(data_dir)
                manifest["fingerprint"] = print_of_inputs
                with timer.stage("Checksums"):
                    manifest["files"] = inventory(folder)
                manifest["seconds"], manifest["peak_memory_mb"] = timer.seconds, peak_memory_mb()
                write_manifest(folder, manifest)
                with timer.stage("Publish"):
                    id = publish(data_dir, folder, manifest["content_hash"])
        except (OSError, sqlite3.Error) as error:
            raise BuildError(
                f"the build stopped: {error}", where=str(data_dir), mend="free disk space or mend the rights"
            ) from error
        if keep is not None:
            prune(data_dir, keep)
        return _report(data_dir, id, unchanged=False)


class _Timer:
    def __init__(self, stages: Stages) -> None:
        self._stages = stages
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, title: str) -> Iterator[Any]:
        begin = time.perf_counter()
        with self._stages.stage(title) as advance:
            yield advance
        self.seconds[title] = round(time.perf_counter() - begin, 2)


def _unchanged(data_dir: Path, print_of_inputs: str) -> BuildReport | None:
    try:
        served = load(data_dir)
        if served.manifest["fingerprint"] == print_of_inputs:
            check_files(served)
            return _report(data_dir, served.id, unchanged=True)
    except CodeFacetError:
        pass
    return None


def _report(data_dir: Path, id: str, *, unchanged: bool) -> BuildReport:
    manifest = load(data_dir, id).manifest
    return BuildReport(
        generation=id,
        unchanged=unchanged,
        sample=manifest["sample"],
        sources=manifest["inputs"],
        records=manifest["records"],
        edits_read=manifest["edits_read"],
        seconds=manifest["seconds"],
        peak_memory_mb=manifest["peak_memory_mb"],
        disk_mb=round(sum(file["size"] for file in manifest["files"].values()) / 1e6, 1),
    )


def peak_memory_mb() -> float:
    """Return the largest resident size that this process has had, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def _build_in(folder: Path, data_dir: Path, only: tuple[str, ...], timer: _Timer) -> dict[str, Any]:
    from indexer.link.inputs import imported_inputs
    from indexer.link.kinds import link
    from indexer.link.sample import sample_inputs

    inputs = imported_inputs(data_dir, only)
    if not inputs.files:
        if only:
            raise BuildError(f"nothing is imported of {', '.join(only)}", mend="run: codefacet import FOLDER")
        inputs = sample_inputs()
    with timer.stage("Read and link"):
        linked = link(inputs)
    with ThreadPoolExecutor(1) as aside:
        # Facts and hashes are made beside the indexes; the stage of the facts is what is left of them then.
        hashes = [aside.submit(_write_facts, folder, data_dir, inputs, linked)]
        records = {}
        for kind in KINDS:
            with timer.stage(f"Index {load_kind(kind).label.lower()}") as advance:
                frames = _frames(linked, kind)
                hashes.append(aside.submit(hash_frames, frames))
                records[kind] = frames[0].height
                _write_kind(folder, kind, frames, advance)
        with timer.stage("Facts"):
            content_hash = combined(each.result() for each in hashes)
    with timer.stage("Verify"):
        _verify(folder, records)
    return {
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "software": searchcore.__version__,
        "schema_fingerprint": schema_fingerprint(),
        "sample": inputs.sample,
        "inputs": [dict(file.__dict__) for file in inputs.files],
        "records": records,
        "edits_read": linked.ptp_rows,
        "content_hash": content_hash,
    }


def _write_facts(folder: Path, data_dir: Path, inputs: Any, linked: Any) -> str:
    """Write the facts; return their hash."""
    from indexer.link.facts import FactsWriter, kept_facts, nodes, reject_rows, release_rows, source_facts
    from indexer.link.labels import facet_labels
    from indexer.link.successors import all_successors

    writer = FactsWriter(folder / FACTS)
    derived = {
        "release": release_rows(inputs),
        "reject": reject_rows(data_dir, inputs),
        "facet_value": facet_labels(inputs),
        "node": nodes(linked.code),
        "successor": all_successors(inputs, linked.newest_codes),
        "ptp_count": linked.ptp_counts,
    }
    tables = (*derived.items(), *kept_facts(), *source_facts(inputs))
    digest = hash_frames(writer.write(name, frame) for name, frame in tables)
    writer.close()
    return digest


def _frames(linked: Any, kind: str) -> list[Any]:
    """Return the records of a kind, and the parts that they name if it is a joined one."""
    from indexer.link.kinds import edits

    if not load_kind(kind).joined:
        return [getattr(linked, kind)]
    joined = edits(linked)
    linked.edit_sets.clear()  # Each row is in the records now; they are too many to be kept twice.
    return list(joined)


def _write_kind(folder: Path, kind: str, frames: list[Any], advance: Any) -> None:
    from searchcore.engines import index_writer

    directory = folder / kind
    directory.mkdir()
    records, parts = [*frames, None][:2]
    index_writer().write(load_kind(kind), records, directory, advance, parts)


def _verify(folder: Path, records: dict[str, int]) -> None:
    """Open what was written and check that it is all there."""
    from searchcore.engines import open_kind
    from searchcore.facts import Facts

    for kind, count in records.items():
        index = open_kind(load_kind(kind), folder / kind)
        try:
            found = index.check()
        finally:
            index.close()
        if found != count:
            raise BuildError(
                f"{found:,} records of kind {kind} were written instead of {count:,}", mend="report this"
            )
    facts = Facts(folder / FACTS)
    try:
        if not facts.count("facet_value"):
            raise BuildError("the facts are empty", mend="report this")
    finally:
        facts.close()
