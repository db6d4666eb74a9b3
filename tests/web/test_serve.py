"""`codefacet serve`: a real server in a process of its own."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from indexer.build import build
from searchapp.server import check_host
from searchcore.errors import ConfigurationError

ROOT = Path(__file__).parents[2]
START = 60.0
Serve = Callable[..., tuple["subprocess.Popen[str]", str]]


def command(data_dir: Path, *options: str) -> list[str]:
    """Return the command line of a server."""
    return [sys.executable, "-m", "cli", "--data-dir", str(data_dir), "serve", *options]


def fetch(url: str) -> tuple[int, str]:
    """Return status and text of an address."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.status, answer.read().decode()


def health(url: str) -> dict[str, Any]:
    """Return what the server says of its health."""
    return dict(json.loads(fetch(f"{url}health")[1]))


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that starts a server on a free port and returns it with its address."""
    started: list[subprocess.Popen[str]] = []

    def start(data_dir: Path, *options: str) -> tuple[subprocess.Popen[str], str]:
        server = subprocess.Popen(
            command(data_dir, "--port", "0", *options),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(server)
        assert server.stdout
        for line in server.stdout:
            if found := re.search(r"http://\S+", line):
                return server, found[0]
        raise AssertionError(server.stderr.read() if server.stderr else "no address")

    yield start
    for server in started:
        server.kill()
        server.communicate(timeout=30)


def refused(data_dir: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a server that must not start."""
    return subprocess.run(
        command(data_dir, *options), cwd=ROOT, capture_output=True, text=True, timeout=START, check=False
    )


def test_serves_prints_its_address_and_stops_cleanly(serve: Serve, sample_data_dir: Path) -> None:
    server, url = serve(sample_data_dir)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
    status, page = fetch(f"{url}search?q=E11.9")
    assert status == 200
    assert "E11.9" in page
    server.send_signal(signal.SIGTERM)
    out, err = server.communicate(timeout=30)
    assert server.returncode == 0, err
    assert "Stopped." in out
    assert "Traceback" not in err


def test_answers_many_at_once_alike(serve: Serve, sample_data_dir: Path) -> None:
    _, url = serve(sample_data_dir, "--threads", "8")
    words = ["diabetes", "90862", "kidney", "J1030", "11042", "fracture"] * 20
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda word: json.loads(fetch(f"{url}api/search?q={word}")[1])["total"], words)
        )
    for word in set(words):
        totals = {total for each, total in zip(words, answers, strict=True) if each == word}
        assert len(totals) == 1, word


def test_a_newer_build_is_taken_up_while_running(serve: Serve, sample_data_dir: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    shutil.copytree(sample_data_dir, data_dir)
    _, url = serve(data_dir)
    before = health(url)["generation"]
    time.sleep(1.1)
    after = build(data_dir, force=True).generation
    assert after != before
    deadline = time.monotonic() + START
    while health(url)["generation"] != after:
        assert time.monotonic() < deadline, "the server still serves the old generation"
        time.sleep(0.2)


def test_a_damaged_newer_build_is_not_served(serve: Serve, sample_data_dir: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    shutil.copytree(sample_data_dir, data_dir)
    _, url = serve(data_dir)
    before = health(url)["generation"]
    time.sleep(1.1)
    newer = data_dir / "generations" / "20991231T235959-0badf00d"
    newer.mkdir()
    (newer / "manifest.json").write_text("{", encoding="utf-8")
    (data_dir / "current").write_text(newer.name, encoding="ascii")
    deadline = time.monotonic() + START
    while not (answer := health(url))["not_served"]:
        assert time.monotonic() < deadline, "nothing is said of the damaged generation"
        time.sleep(0.2)
    assert (answer["generation"], answer["status"]) == (before, "ok")
    assert fetch(f"{url}search?q=E11.9")[0] == 200


def test_a_port_that_is_taken_is_one_clear_line(sample_data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = refused(sample_data_dir, "--port", str(port))
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "listens there already" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_built_is_one_clear_line(tmp_path: Path) -> None:
    done = refused(tmp_path / "empty", "--port", "0")
    assert done.returncode == 1
    assert "nothing is built" in done.stderr
    assert "codefacet build" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", ""])
def test_other_machines_are_refused_without_public(host: str) -> None:
    with pytest.raises(ConfigurationError, match="other machines"):
        check_host(host, public=False)
    check_host(host, public=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_is_allowed(host: str) -> None:
    check_host(host, public=False)


def test_a_public_host_is_refused_by_the_command(sample_data_dir: Path) -> None:
    done = refused(sample_data_dir, "--host", "0.0.0.0")
    assert done.returncode == 1
    assert "--public" in done.stderr


def test_a_wrong_port_is_wrong_usage(sample_data_dir: Path) -> None:
    assert refused(sample_data_dir, "--port", "70000").returncode == 2
