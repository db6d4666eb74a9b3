"""Real processes: signals, exit codes and streams as a shell sees them."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer.descriptions import load_sources
from indexer.fetch.licences import accepted_address
from tests.fetch import server as web
from tests.fetch.conftest import make_source, make_zip

ROOT = Path(__file__).resolve().parents[2]
DATA = make_zip(1, 300_000)


@pytest.fixture
def source() -> str:
    """The id of a shipped source that needs no licence."""
    return next(source.id for source in load_sources().values() if not source.needs_acceptance)


def start(data_dir: Path, *args: str, largest_file: int = resource.RLIM_INFINITY) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "cli", "--data-dir", str(data_dir), "fetch", *args]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CODEFACET_")}
    environment["NO_PROXY"] = "*"
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file)),
    )


def test_fetches_fails_and_is_resumed_after_ctrl_c(server: web.Server, data_dir: Path, source: str) -> None:
    args = (source, "--url", server.url("/a.zip"), "--file", "a.zip")
    kept = data_dir / "downloads" / source / "a.zip"
    server.routes["/a.zip"] = web.status(404)
    process = start(data_dir, *args)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "")
    assert err.count("\n") == 1 and err.startswith(f"Error: {source}/a.zip: the server has no such file")

    server.routes["/a.zip"] = web.stalling(DATA, 200_000)
    process = start(data_dir, *args)
    part = kept.with_name("a.zip.part")
    deadline = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "Error: stopped from the keyboard\n")
    assert not kept.exists()

    server.routes["/a.zip"] = web.good(DATA)
    process = start(data_dir, *args)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert kept.read_bytes() == DATA
    assert int(server.requests["/a.zip"][-1]["Range"].removeprefix("bytes=").rstrip("-")) > 0


def test_a_full_disk_is_one_line_and_the_next_run_goes_on(
    server: web.Server, data_dir: Path, source: str
) -> None:
    server.routes["/a.zip"] = web.good(DATA)
    args = (source, "--url", server.url("/a.zip"), "--file", "a.zip")
    # A limit on the size of files stops a write in the middle as a full disk does.
    process = start(data_dir, *args, largest_file=100_000)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "")
    assert err == f"Error: {source}/a.zip: cannot write the file: File too large\n"
    process = start(data_dir, *args)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert (data_dir / "downloads" / source / "a.zip").read_bytes() == DATA


def test_the_licence_page_of_cms_is_answered_only_on_its_host_and_for_its_licence() -> None:
    gated, free = make_source("a", licence="cms-ama"), make_source("b")
    url = "https://www.cms.gov/files/zip/x.zip"
    assert accepted_address(url, gated) == f"{url}?agree=yes&next=Accept"
    assert accepted_address(f"{url}?v=1&agree=no", gated) == f"{url}?v=1&agree=yes&next=Accept"
    assert accepted_address(url, free) == url
    for other in ("https://downloads.cms.gov/x.zip", "https://example.org/x.zip", "https://notcms.gov/x.zip"):
        assert accepted_address(other, gated) == other
