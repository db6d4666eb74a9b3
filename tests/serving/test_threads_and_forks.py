"""Many threads, and processes that were forked, give the answers that one thread gives."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from searchcore.library import Library
from tests.conftest import ROOT
from tests.serving.questions import FILTERED, REQUESTS, answer, answers

ROUNDS = 4


def test_threads_answer_as_one_does(sample_library: Library) -> None:
    requests = [*REQUESTS, *FILTERED]
    expected = [answer(sample_library, each) for each in requests]
    together = threading.Barrier(8)

    def ask(seed: int) -> list[int]:
        order = list(range(len(requests))) * ROUNDS
        random.Random(seed).shuffle(order)
        together.wait()
        return [number for number in order if answer(sample_library, requests[number]) != expected[number]]

    with ThreadPoolExecutor(8) as pool:
        wrong = [number for numbers in pool.map(ask, range(8)) for number in numbers]
    assert not [requests[number] for number in wrong]


# A process of its own, without machine code in memory: the first calls of all kernels are made at once.
FIRST_CALLS = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from searchcore.library import Library
from tests.serving.questions import answers

library = Library.open(Path(sys.argv[1]))
together = threading.Barrier(6)
def ask(_):
    together.wait()
    return answers(library)
with ThreadPoolExecutor(6) as pool:
    found = list(pool.map(ask, range(6)))
assert all(each == found[0] for each in found), "threads differ"
import json
print(json.dumps(found[0]))
"""


def test_first_searches_at_once_answer_as_later_ones(sample_data_dir: Path, sample_library: Library) -> None:
    command = [sys.executable, "-c", FIRST_CALLS, str(sample_data_dir)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == answers(sample_library)


def forked(library: Library) -> tuple[int, int]:
    """Fork a process that answers all questions; return its number and where to read the answers."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    try:
        with os.fdopen(writer, "w", encoding="utf-8") as stream:
            json.dump(answers(library), stream)
        os._exit(0)
    except BaseException:
        os._exit(1)


def test_forked_processes_answer_as_their_parent_at_the_same_time(sample_data_dir: Path) -> None:
    library = Library.open(sample_data_dir)
    expected = answers(library)
    # Forked after searches, as a server does; parent and children then read the same files at once.
    children = [forked(library) for _ in range(3)]
    ours = [answers(library) for _ in range(2)]
    for child, reader in children:
        with os.fdopen(reader, encoding="utf-8") as stream:
            found = stream.read()
        _, status = os.waitpid(child, 0)
        assert status == 0
        assert json.loads(found) == expected
    assert ours == [expected, expected]
    library.close()


def test_a_process_forked_before_the_first_search_answers_too(sample_data_dir: Path) -> None:
    library = Library.open(sample_data_dir)
    child, reader = forked(library)
    with os.fdopen(reader, encoding="utf-8") as stream:
        found = json.loads(stream.read())
    assert os.waitpid(child, 0)[1] == 0
    assert found == answers(library)
    library.close()
