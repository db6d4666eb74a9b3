"""Progress bars for long work: on a terminal only, so that logs and pipes stay clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)


@contextmanager
def counted(title: str, *, hidden: bool = False) -> Iterator[Callable[[str], None]]:
    """Show a running count; yield a function that counts one item and shows its name."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(
        *columns, console=console, disable=hidden or not console.is_terminal, transient=True
    ) as bar:
        task = bar.add_task(title, total=None)
        done = 0

        def step(name: str) -> None:
            nonlocal done
            done += 1
            bar.update(task, description=f"{title}: {done} files, {name[:50]}", advance=1)

        yield step


class Stages:
    """One progress bar per stage of a build."""

    def __init__(self, *, hidden: bool = False) -> None:
        console = Console(stderr=True)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=hidden or not console.is_terminal,
        )

    def __enter__(self) -> Stages:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    @contextmanager
    def stage(self, title: str) -> Iterator[Callable[[int, int], None]]:
        """Show one stage; yield a function of (done, total)."""
        task = self._bar.add_task(title, total=None)
        yield lambda done, total: self._bar.update(task, completed=done, total=total)
        finished = self._bar.tasks[task]
        if finished.total is None:
            self._bar.update(task, total=1, completed=1)
        else:
            self._bar.update(task, completed=finished.total)
