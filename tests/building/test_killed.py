"""A build that dies at any instant: the served generation answers as before, and the next build cleans up."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path
from typing import Any

from indexer.build import build
from searchcore.generations import current_id, ids
from searchcore.library import Library
from tests.building.conftest import answer, leftovers
from tests.victims import Victims

KEEP = 2
TIMES = 11
EVENTS = 11


def check_served(codefacet: Any, data_dir: Path, expected: dict[str, Any], what: str) -> None:
    """Search and verify whatever is served now."""
    library = Library.open(data_dir)
    assert answer(library) == expected, what
    library.close()
    assert codefacet(data_dir, "verify").exit_code == 0, what


def check_next_build(data_dir: Path, what: str) -> None:
    """Build once more: it works and leaves nothing of the dead one."""
    served = current_id(data_dir)
    report = build(data_dir, force=True, keep=KEEP)
    assert report.generation == current_id(data_dir) != served, what
    assert leftovers(data_dir) == set(), what
    assert len(ids(data_dir)) == KEEP, what


def seeded() -> random.Random:
    """Return a random generator; its seed is printed, and may be given to repeat a failure."""
    seed = int(os.environ.get("CODEFACET_TEST_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"CODEFACET_TEST_SEED={seed}")
    return random.Random(seed)


def test_killed_at_random_times(codefacet, victims: Victims, data_dir: Path, expected) -> None:
    chance = seeded()
    whole = min(victims.seconds(data_dir, "build", keep=KEEP) for _ in range(2))
    killed = 0
    for number in range(3 * TIMES):
        # One in every part of the build's duration.
        delay = whole * (number % TIMES + chance.random()) / TIMES
        what = f"killed after {delay:.3f} of {whole:.3f} s"
        print(what)
        served = current_id(data_dir)
        at_work = victims.kill_after(delay, data_dir, "build", keep=KEEP)
        killed += at_work
        check_served(codefacet, data_dir, expected, what)
        if at_work and delay < whole / 2:
            assert current_id(data_dir) == served, what
        check_next_build(data_dir, what)
        if not at_work:  # this build was quicker than the one that was timed
            whole = delay
        if killed == TIMES:
            break
    assert killed == TIMES


def test_killed_before_random_changes_to_files(codefacet, victims: Victims, data_dir: Path, expected) -> None:
    chance = seeded()
    events = victims.events(data_dir, "build", keep=KEEP)
    placed = next(n for n, e in enumerate(events) if re.match(r"os\.rename .*\.building-", e))
    switched = next(n for n, e in enumerate(events) if re.match(r"os\.rename .*current'", e))
    pruned = next(n for n, e in enumerate(events) if re.match(r"os\.rename .*\.deleted-", e))
    assert placed < switched < pruned < len(events) - 2
    points = {
        0,
        placed - 1,
        placed,
        switched - 1,
        switched,
        switched + 1,
        pruned,
        pruned + 1,
        len(events) - 1,
    }
    points |= {chance.randrange(1, placed - 1) for _ in range(EVENTS - 9)}
    for point in sorted(points):
        what = f"killed before change {point} of {len(events)}: {events[point]}"
        print(what)
        before = current_id(data_dir)
        victims.kill_at(point, data_dir, "build", keep=KEEP)
        assert (current_id(data_dir) == before) == (point <= switched), what
        check_served(codefacet, data_dir, expected, what)
        check_next_build(data_dir, what)
