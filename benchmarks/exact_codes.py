"""Every code of a data folder, typed in five spellings: the share of searches whose first hit is the code.

Run `python -m benchmarks.exact_codes --data-dir DIR [--every N] [--processes N]`. Each spelling is asked for
today and for all dates, through the library that a server has. Anything below 1.000 is a fault.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import click

from benchmarks.data import DEFAULT_DATA_DIR, DEFAULT_SHARED, ready_generation
from benchmarks.report import RESULTS, machine
from searchcore.codes import display_form
from searchcore.errors import CodeFacetError
from searchcore.library import Library
from searchcore.request import MAX_PER_PAGE, Request

SPELLINGS = ("as stored", "lower case", "with dots or a full stop", "after the system", "in pieces")
AFTER_SYSTEM = 3
_NAMED = {"ICD10CM": "ICD-10-CM", "ICD10PCS": "ICD-10-PCS", "HCPCS": "HCPCS", "CPT": "CPT"}
# Where several systems have a code, its own system must be among the first hits: more of them are read.
_OF_SEVERAL = 8
_BATCH = 500
_SHOWN = 10


class Typed(NamedTuple):
    """A code to ask for, and whether it is the code of one system only."""

    system: str
    code: str
    alone: bool


@dataclass(frozen=True)
class Share:
    """How many searches began with the code that was typed, by system and number of the spelling."""

    asked: Counter[tuple[str, int]]
    wrong: tuple[tuple[str, int, str], ...]
    seconds: float

    @property
    def total(self) -> int:
        """How many searches there were."""
        return self.asked.total()

    @property
    def right(self) -> int:
        """How many of them were right."""
        return self.total - len(self.wrong)

    @property
    def share(self) -> float:
        """The share of right first hits, 1 where nothing was asked."""
        return self.right / self.total if self.total else 1.0


def spellings(system: str, code: str) -> tuple[str, ...]:
    """Return a code as in `SPELLINGS`."""
    shown = display_form(system, code)
    dotted = shown if shown != code else f" {code}. "
    if system == "ICD10CM":
        apart = " ".join(part for part in (code[:3], code[3:6], code[6:]) if part)
    elif system == "ICD10PCS":
        apart = f"{code[:3]}-{code[3:]}" if len(code) > 3 else f"{code[:3]} "
    elif system == "HCPCS":
        apart = f"{code[0]} {code[1:]}"
    else:
        apart = f"{code}-59"
    return code, code.lower(), dotted, f"{_NAMED[system]} {code.lower()}", apart


def fault(library: Library, typed: Typed, spelling: int, as_of: dt.date | None) -> str | None:
    """Return what is wrong with the first hits of a code; None if nothing is.

    The first hit must be the code, in the system that was named if one was. Of a code of several systems
    each must be among the hits that stand first for their code.
    """
    system, code, alone = typed
    text = spellings(system, code)[spelling]
    result = library.search(Request(text, as_of=as_of, per_page=1 if alone else _OF_SEVERAL))
    exact = [hit.record for hit in result.hits if hit.exact and hit.record.code == code]
    first = result.hits[0].record if result.hits else None
    named = spelling == AFTER_SYSTEM
    if (
        exact
        and first is exact[0]
        and any(record.system == system for record in exact[: 1 if named else None])
    ):
        return None
    found = f"{first.system} {first.code}" if first else "nothing"
    return f"{text!r} for {system} {code}, {as_of or 'all dates'}: {found} comes first"


def exact_code_share(library: Library, data_dir: Path, every: int = 1, processes: int = 1) -> Share:
    """Search for every code, or each `every`th, in five spellings; print the share of right first hits.

    Args:
        library: gives the list of codes.
        data_dir: its data folder, which each process opens.
        every: 1 for all codes.
        processes: how many search at the same time.
    """
    begin = time.perf_counter()
    codes = _codes(library)[::every]
    asked: Counter[tuple[str, int]] = Counter()
    for typed in codes:
        asked.update((typed.system, number) for number in range(len(SPELLINGS)))
    wrong: list[tuple[str, int, str]] = []
    # A process of its own for each share of the codes: Python runs one thread at a time.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, spawned, _start, (data_dir, library.generation)) as pool:
        for faults in pool.map(_faults, _batches(codes)):
            wrong += faults
    found = Share(asked, tuple(wrong), time.perf_counter() - begin)
    shown = f"{found.right:,} of {found.total:,} first hits are right ({found.share:.6f})"
    print(f"exact codes: {shown}, {found.seconds:.0f} s")
    for _, _, line in wrong[:_SHOWN]:
        print("  " + line)
    return found


def figures(found: Share) -> dict[str, Any]:
    """Return the counts by system and spelling."""
    missed = Counter((system, number) for system, number, _ in found.wrong)
    by_system = {
        system: {
            name: {"asked": found.asked[system, number], "wrong": missed[system, number]}
            for number, name in enumerate(SPELLINGS)
        }
        for system in dict.fromkeys(system for system, _ in found.asked)
    }
    return {
        "asked": found.total,
        "right": found.right,
        "share": found.share,
        "seconds": round(found.seconds),
        "systems": by_system,
        "wrong": [line for _, _, line in found.wrong[:_SHOWN]],
    }


# The library of a process that searches.
_opened: Library | None = None


def _start(data_dir: Path, generation: str) -> None:
    global _opened
    _opened = Library.open(data_dir, ("code",))
    if _opened.generation != generation:
        raise CodeFacetError(
            "another generation was published meanwhile",
            where=str(data_dir),
            mend="run the measurement again",
        )


def _faults(batch: Sequence[Typed]) -> list[tuple[str, int, str]]:
    """Return system, number of the spelling and what is wrong for each search that was not right."""
    assert _opened is not None
    found = []
    today = dt.date.today()
    for typed in batch:
        for number in range(len(SPELLINGS)):
            # One search counts, on both days: it is right if both are.
            faults = [fault(_opened, typed, number, as_of) for as_of in (today, None)]
            found += [(typed.system, number, line) for line in faults if line][:1]
    return found


def _batches(codes: Iterable[Typed]) -> Iterator[list[Typed]]:
    rest = iter(codes)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _codes(library: Library) -> list[Typed]:
    """Return every key of kind `code`, by system, then code."""
    found = [(system, code) for system in _NAMED for code in dict.fromkeys(_listed(library, system))]
    systems = Counter(code for _, code in found)
    return [Typed(system, code, systems[code] == 1) for system, code in found]


def _listed(library: Library, system: str) -> Iterator[str]:
    """Yield the code of every version of a system."""
    request = Request("", filters=(("system", (system,)),), as_of=None, sort="code", per_page=MAX_PER_PAGE)
    while hits := library.search(request).hits:
        yield from (hit.record.code for hit in hits)
        request = request.with_(page=request.page + 1)


@click.command()
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=DEFAULT_DATA_DIR,
    help="A full build; made if it is not there.",
)
@click.option(
    "--shared",
    type=click.Path(path_type=Path),
    default=DEFAULT_SHARED,
    help="The agencies' files, to import then.",
)
@click.option("--every", type=click.IntRange(1), default=1, show_default=True, help="Type each n-th code.")
@click.option("--processes", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS, help="For exact_codes.json.")
def main(data_dir: Path, shared: Path, every: int, processes: int, results: Path) -> None:
    """Type every code in five spellings; exit with 1 if one of them is not the first hit."""
    try:
        ready_generation(data_dir, shared)
        found = exact_code_share(Library.open(data_dir, ("code",)), data_dir, every, processes)
    except CodeFacetError as error:
        raise click.ClickException(str(error)) from error
    if every == 1:
        results.mkdir(parents=True, exist_ok=True)
        form = {"date": dt.date.today().isoformat(), "machine": machine(), **figures(found)}
        (results / "exact_codes.json").write_text(json.dumps(form, indent=1) + "\n", encoding="utf-8")
    raise SystemExit(found.right < found.total)


if __name__ == "__main__":
    main(prog_name="benchmarks.exact_codes")
