"""The progress bar of downloads: bytes, speed, time left; on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from indexer.fetch.plan import Wanted
from indexer.fetch.transfer import Meter
from searchcore.lines import one_line


class Bar:
    """The line of one file; a `Meter`."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def start(self, total: int | None, done: int) -> None:
        """Begin, or begin again, with `done` bytes of `total`."""
        self._progress.reset(self._task, total=total, completed=done)

    def advance(self, count: int) -> None:
        """Count bytes that arrived."""
        self._progress.advance(self._task, count)

    def note(self, text: str) -> None:
        """Show a remark above the bars."""
        self._progress.console.print(Text(one_line(text), style="yellow"))


@contextmanager
def download_bars(*, hidden: bool = False) -> Iterator[Callable[[Wanted], Meter]]:
    """Show one bar per file; yield a function that gives the meter of a file.

    Without a terminal, or with `hidden`, neither bars nor remarks are shown.
    """
    console = Console(stderr=True)
    console.quiet = hidden or not console.is_terminal
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=console.quiet) as progress:

        def meter(wanted: Wanted) -> Meter:
            return Bar(progress, progress.add_task(wanted.address.file, total=None))

        yield meter
