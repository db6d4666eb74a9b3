"""Two writers at once: the second is told so in one line, the first is not disturbed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer.publish import build_lock
from searchcore.generations import current_id, ids
from tests.conftest import ROOT


def test_the_second_of_two_builds_stops_and_the_first_succeeds(fails, data_dir: Path) -> None:
    before = ids(data_dir)
    command = [sys.executable, "-m", "cli", "--data-dir", str(data_dir), "build", "--force"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as first:
        while not list((data_dir / "generations").glob(".building-*")):
            assert first.poll() is None, first.communicate()
            time.sleep(0.005)
        first.send_signal(signal.SIGSTOP)
        try:
            line = fails(data_dir, "build", "--force")
            assert f"another build is at work (process {first.pid})" in line
        finally:
            first.send_signal(signal.SIGCONT)
        _, errors = first.communicate(timeout=120)
    assert (first.returncode, errors) == (0, "")
    assert current_id(data_dir) not in before
    assert not list((data_dir / "generations").glob(".*"))


@pytest.mark.parametrize("command", ["build", "rollback", "prune"])
def test_every_writer_needs_the_lock(fails, data_dir: Path, command: str) -> None:
    before = ids(data_dir), current_id(data_dir)
    with build_lock(data_dir):
        assert "is at work" in fails(data_dir, command)
    assert (ids(data_dir), current_id(data_dir)) == before


@pytest.mark.parametrize("command", [["search", "knee"], ["verify"], ["status"], ["generations"]])
def test_readers_do_not_wait_for_a_build(codefacet, data_dir: Path, command: list[str]) -> None:
    with build_lock(data_dir):
        assert codefacet(data_dir, *command).exit_code == 0
