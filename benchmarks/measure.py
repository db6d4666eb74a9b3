"""Builds in processes of their own, asks in interleaved rounds in this one."""

from __future__ import annotations

import math
import multiprocessing
import resource
import shutil
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import ParamSpec, TypeVar

from benchmarks.corpus import open_corpus
from benchmarks.engines.base import Answer, Session
from benchmarks.queries import Query

P = ParamSpec("P")
R = TypeVar("R")

# A build that takes longer is not repeated to see how long it takes with everything loaded.
_REPEAT_BELOW_S = 90.0


@dataclass(frozen=True)
class Built:
    """What a build cost.

    Attributes:
        first_s: seconds of the first build in a fresh process; `warm_s`: of the second one in it, or the
            first where it took long.
        disk_mb: size of the index. `rss_mb`: peak memory of the process, the records to index included.
    """

    first_s: float
    warm_s: float
    disk_mb: float
    rss_mb: float


def in_child(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function in a fresh process and return its result."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as pool:
        return pool.submit(function, *args, **kwargs).result()


def build_index(engine: str, corpus: Path, folder: Path, repeat: bool = True) -> Built:
    """Build the index of an engine, and if that was quick once more; to be called in a fresh process."""
    from benchmarks.engines import ENGINES

    seconds: list[float] = []
    while not seconds or (repeat and len(seconds) < 2 and seconds[0] < _REPEAT_BELOW_S):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        opened = open_corpus(corpus)
        begin = time.perf_counter()
        ENGINES[engine].build(opened, folder)
        seconds.append(round(time.perf_counter() - begin, 2))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Built(seconds[0], seconds[-1], round(size / 1e6, 1), peak_memory_mb())


def peak_memory_mb() -> float:
    """Return the largest resident size of this process, in MB."""
    try:
        # getrusage would count the parent that was forked, too.
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        kib = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(kib * 1024 / 1e6, 1)


@dataclass(frozen=True)
class Share:
    """Which part of the run an engine takes: every n-th query, at most so many rounds."""

    every: int = 1
    most_rounds: int | None = None

    def takes(self, number: int) -> bool:
        """Tell whether it is asked this query."""
        return number % self.every == 0


Answers = dict[str, list[Answer | None]]
# Engine to query number to the seconds of each round; empty where it was not asked.
Times = dict[str, list[list[float]]]


def ask_all(
    sessions: Mapping[str, Session], queries: Sequence[Query], shares: Mapping[str, Share]
) -> Answers:
    """Ask every engine its queries once; this warms it up, too."""
    return {
        name: [
            session.ask(query) if shares[name].takes(number) else None for number, query in enumerate(queries)
        ]
        for name, session in sessions.items()
    }


def interleaved(
    sessions: Mapping[str, Session],
    queries: Sequence[Query],
    shares: Mapping[str, Share],
    rounds: int,
    said: Callable[[int], None] = lambda _round: None,
) -> Times:
    """Ask all queries in rounds, engine after engine; each round begins with another engine."""
    times: Times = {name: [[] for _ in queries] for name in sessions}
    names = list(sessions)
    for turn in range(rounds):
        said(turn)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            share, ask = shares[name], sessions[name].ask
            if share.most_rounds is not None and turn >= share.most_rounds:
                continue
            for number, query in enumerate(queries):
                if share.takes(number):
                    begin = time.perf_counter()
                    ask(query)
                    times[name][number].append(time.perf_counter() - begin)
    return times


def queries_per_second(sessions: Sequence[Session], queries: Sequence[Query], *, warm: bool = False) -> float:
    """Ask queries in as many threads as there are sessions; each takes the next query that is left.

    Unless sessions are warm already, each is asked everything once before.
    """
    following = count()

    def work(session: Session) -> None:
        while (number := next(following)) < len(queries):
            session.ask(queries[number])

    for session in () if warm else sessions:
        for query in queries:
            session.ask(query)
    begin = time.perf_counter()
    with ThreadPoolExecutor(len(sessions)) as pool:
        list(pool.map(work, sessions))
    return len(queries) / (time.perf_counter() - begin)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of the values does not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def summary(times: Sequence[Sequence[float]], base: Sequence[Sequence[float]]) -> dict[str, float]:
    """Return the figures of an engine, and its ratios to a base over the queries that both were asked."""
    both = [number for number, each in enumerate(times) if each and base[number]]
    mine = [second for number in both for second in times[number]]
    ours = [second for number in both for second in base[number]]
    measures: dict[str, Callable[[Sequence[float]], float]] = {
        "p50": lambda values: percentile(values, 0.5),
        "p95": lambda values: percentile(values, 0.95),
        "mean": statistics.fmean,
    }
    figures = {f"{name}_ms": round(measure(mine) * 1000, 4) for name, measure in measures.items()}
    ratios = {f"ratio_{name}": round(measure(mine) / measure(ours), 2) for name, measure in measures.items()}
    return {**figures, **ratios, "queries": len(both)}
