"""Imports and builds that are killed: a process that forks one child per order, after all modules are loaded.

A child that is forked spends its time in the work itself, so that a kill hits the work and not the start of
Python. Run as `python -m tests.victims`; orders and answers are lines of JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "sqlite3.connect")


class Victims:
    """The side of the tests: gives orders and kills."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.victims"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=60)

    def _start(self, **order: Any) -> int:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._answer()["pid"])

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def events(self, data_dir: Path, do: str, **order: Any) -> list[str]:
        """Let a child finish; return what it did to files, in order."""
        note = data_dir.parent / "events.json"
        self._start(do=do, data_dir=str(data_dir), note=str(note), **order)
        assert self._answer()["status"] == 0
        found: list[str] = json.loads(note.read_text())
        return found

    def seconds(self, data_dir: Path, do: str, **order: Any) -> float:
        """Let a child finish; return how long it took."""
        begin = time.perf_counter()
        self._start(do=do, data_dir=str(data_dir), **order)
        assert self._answer()["status"] == 0
        return time.perf_counter() - begin

    def kill_at(self, event: int, data_dir: Path, do: str, **order: Any) -> None:
        """Let a child kill itself just before it does the change with this number to files."""
        self._start(do=do, data_dir=str(data_dir), at=event, **order)
        assert self._answer()["status"] == signal.SIGKILL

    def kill_after(self, seconds: float, data_dir: Path, do: str, **order: Any) -> bool:
        """Kill a child after a time; tell whether it was still at work."""
        pid = self._start(do=do, data_dir=str(data_dir), **order)
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return bool(self._answer()["status"] == signal.SIGKILL)


def _watch(order: dict[str, Any], seen: list[str]) -> None:
    """Note every change to files; kill this process before the one that is asked for."""
    process = os.getpid()

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            if not (args[2] & (os.O_WRONLY | os.O_RDWR)):
                return
        elif event not in _CHANGES:
            return
        if os.getpid() != process:
            return
        if len(seen) == order.get("at"):
            os.kill(process, signal.SIGKILL)
        seen.append(f"{event} {args[:2]}")

    sys.addaudithook(hook)


def _child(order: dict[str, Any]) -> None:
    from indexer.build import build
    from indexer.catalogue import Catalogue
    from indexer.importer import import_folder

    seen: list[str] = []
    _watch(order, seen)
    data_dir = Path(order["data_dir"])
    if order["do"] == "build":
        build(data_dir, force=True, keep=order["keep"])
    else:
        for _ in import_folder(Path(order["root"]), Catalogue(data_dir), update=order["update"]):
            pass
    if "note" in order:
        Path(order["note"]).write_text(json.dumps(seen))


def _load_modules() -> None:
    from indexer.descriptions import load_sources
    from indexer.recognise import reader_of

    for name in ("build", "importer", "link.facts", "link.kinds", "link.labels"):
        importlib.import_module(f"indexer.{name}")
    importlib.import_module("searchcore.whoosh_engine")
    for source in load_sources().values():
        reader_of(source.reader)


def _main() -> None:
    _load_modules()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                _child(json.loads(line))
                status = 0
            finally:
                os._exit(status)
        print(json.dumps({"pid": pid}), flush=True)
        print(json.dumps({"status": os.waitpid(pid, 0)[1]}), flush=True)


if __name__ == "__main__":
    _main()
