"""Publishing generations: build beside, switch one pointer, keep the last few, roll back, prune."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.files import atomic_open, locked, sync
from searchcore.errors import BuildError, GenerationError
from searchcore.generations import CURRENT, MANIFEST, check_files, current_id, generations_dir, ids, load

_BUILDING = ".building-"
_DELETED = ".deleted-"


@contextmanager
def build_lock(data_dir: Path) -> Iterator[None]:
    """Hold the one lock of all writers of generations.

    Raises:
        BuildError: another build is at work.
    """
    with locked(data_dir / "build.lock", "build", BuildError):
        yield


@contextmanager
def workspace(data_dir: Path) -> Iterator[Path]:
    """Yield an empty folder to build in; what dead builds left behind is removed first.

    Call with the build lock held. The folder is removed unless `publish` has moved it.
    """
    folder = generations_dir(data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    _clean(data_dir)
    path = folder / f"{_BUILDING}{os.getpid()}"
    path.mkdir()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _clean(data_dir: Path) -> None:
    """Remove what builds, switches and deletions that were killed left behind."""
    folder = generations_dir(data_dir)
    for left in (*folder.glob(f"{_BUILDING}*"), *folder.glob(f"{_DELETED}*")):
        shutil.rmtree(left, ignore_errors=True)
    for left in data_dir.glob(f".{CURRENT}.*"):
        left.unlink(missing_ok=True)


def publish(data_dir: Path, built: Path, content_hash: str) -> str:
    """Give a finished build its id and switch the pointer to it; return the id."""
    for path in (built, *built.rglob("*")):
        sync(path)
    stamp = max(dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S"), _after_newest(data_dir))
    id = f"{stamp}-{content_hash[:8]}"
    target = generations_dir(data_dir) / id
    built.rename(target)
    sync(target.parent)
    try:
        switch(data_dir, id)
    except OSError:
        # On a full disk it would stay there, complete but never served.
        shutil.rmtree(target, ignore_errors=True)
        raise
    return id


def _after_newest(data_dir: Path) -> str:
    """Return a stamp after that of the newest generation, so that ids stay in order of publication."""
    known = ids(data_dir)
    if not known:
        return ""
    newest = dt.datetime.strptime(known[-1][:15], "%Y%m%dT%H%M%S")
    return (newest + dt.timedelta(seconds=1)).strftime("%Y%m%dT%H%M%S")


def switch(data_dir: Path, id: str) -> None:
    """Let the pointer name a generation, in one step."""
    with atomic_open(data_dir / CURRENT) as stream:
        stream.write(id.encode() + b"\n")


def rollback(data_dir: Path, to: str | None = None) -> tuple[str | None, str]:
    """Serve an earlier generation again; return (the one before, the one now).

    Args:
        data_dir: the data folder.
        to: an id; by default the newest sound generation before the served one.

    Raises:
        GenerationError: there is none, or the one asked for is damaged.
    """
    known = ids(data_dir)
    try:
        served = current_id(data_dir)
    except GenerationError:
        served = None
    if to is not None:
        if to not in known:
            raise GenerationError(f"there is no generation {to}", mend="run: codefacet generations")
        check_files(load(data_dir, to))
        switch(data_dir, to)
        return served, to
    for id in reversed([id for id in known if served is None or id < served]):
        try:
            check_files(load(data_dir, id))
        except GenerationError:
            continue
        switch(data_dir, id)
        return served, id
    raise GenerationError("there is no earlier sound generation to go back to", mend="run: codefacet build")


def prune(data_dir: Path, keep: int) -> tuple[list[str], list[str]]:
    """Delete all but the newest `keep` generations and the served one; return (deleted, still in use).

    Call with the build lock held.
    """
    served = current_id(data_dir)
    deleted: list[str] = []
    in_use: list[str] = []
    for id in ids(data_dir)[:-keep]:
        if id != served:
            gone = _delete(generations_dir(data_dir) / id)
            (deleted if gone else in_use).append(id)
    return deleted, in_use


def _delete(path: Path) -> bool:
    """Delete a generation unless a reader holds it; tell whether it is gone."""
    try:
        handle = os.open(path / MANIFEST, os.O_RDONLY)
    except FileNotFoundError:
        handle = None
    try:
        if handle is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Out of sight in one step: a deletion that is killed leaves no half of a generation.
        out_of_sight = path.with_name(f"{_DELETED}{path.name}")
        path.rename(out_of_sight)
        shutil.rmtree(out_of_sight)
    except BlockingIOError:
        return False
    finally:
        if handle is not None:
            os.close(handle)
    return True
