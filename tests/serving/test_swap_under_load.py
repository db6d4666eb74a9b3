"""Generations are published, taken up and deleted while threads search: no answer is lost, wrong or mixed."""

from __future__ import annotations

import gc
import json
import re
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.build import build
from indexer.catalogue import Catalogue
from indexer.importer import import_folder
from indexer.publish import build_lock, prune, switch
from searchapp.app import create_app
from searchcore.generations import current_id, generations_dir
from searchcore.library import Library
from searchcore.request import Request
from tests.importing import files
from tests.serving.questions import DAY, TEXTS, answer, answers, page

SWITCHES = 8
THREADS = 4
REQUESTS = [Request(text, kind, as_of=DAY) for kind in ("code", "modifier") for text in TEXTS]
CODE = "90862"
ID = re.compile(r"20261123T1000[0-9]{2}-[0-9a-f]{8}")
PATHS = (
    f"/search?q=knee&as_of={DAY}",
    f"/code/{CODE}?as_of={DAY}",
    f"/facet/code/system?as_of={DAY}",
    "/about",
)


@pytest.fixture(scope="module")
def templates(sample_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two generations with different records; only for copying."""
    folder = tmp_path_factory.mktemp("other")
    path = files.put(folder, files.GPCI_NAME, files.gpci())
    for _ in import_folder(path, Catalogue(folder / "data")):
        pass
    build(folder / "data")
    return [generations_dir(each) / str(current_id(each)) for each in (sample_data_dir, folder / "data")]


class Publisher:
    """Publishes copies of the two templates in turn, each under an id of its own."""

    def __init__(self, data_dir: Path, templates: list[Path]) -> None:
        self.data_dir = data_dir
        self._templates = templates
        self._number = 0
        generations_dir(data_dir).mkdir(parents=True)

    def publish(self) -> str:
        """Publish the next; return its id."""
        self._number += 1
        id = f"20261123T{100000 + self._number}-{self._number % 2:08x}"
        shutil.copytree(self._templates[self._number % 2], generations_dir(self.data_dir) / id)
        switch(self.data_dir, id)
        return id


@pytest.fixture
def publisher(tmp_path: Path, templates: list[Path]) -> Publisher:
    """A data folder with one generation, and what publishes the next ones."""
    made = Publisher(tmp_path / "data", templates)
    made.publish()
    return made


def template_of(id: str) -> str:
    """Return which of the two templates a generation is a copy of."""
    return id[-8:]


def mapped() -> str:
    """Return the files that this process has mapped into memory."""
    return Path("/proc/self/maps").read_text(encoding="utf-8")


@contextmanager
def all_the_time(work: Callable[[int], None]) -> Iterator[None]:
    """Run work in threads over and over; a fault in any of them is raised at the end."""
    stop = threading.Event()
    rounds: Counter[int] = Counter()

    def again(number: int) -> None:
        while not stop.is_set():
            work(number + rounds[number])
            rounds[number] += 1

    with ThreadPoolExecutor(THREADS) as pool:
        running = [pool.submit(again, number) for number in range(THREADS)]
        try:
            yield
        finally:
            stop.set()
        for each in running:
            each.result()
    assert min(rounds.values()) > SWITCHES, "every thread was at work all the time"


def without_ids(form: str) -> str:
    """Return an answer without the ids of generations, which differ from copy to copy, and without times."""
    return re.sub(r"\bin (under )?[0-9]+ ms\b", "in a moment", ID.sub("ID", form))


def all_answers(library: Library) -> dict[Request | str, str]:
    """Return the answers of the generation at hand."""
    found: dict[Request | str, str] = {each: without_ids(answer(library, each)) for each in REQUESTS}
    return found | {CODE: without_ids(page(library, CODE))}


def test_every_answer_is_that_of_the_generation_it_names(publisher: Publisher) -> None:
    library = Library.open(publisher.data_dir)
    expected: dict[str, dict[Request | str, str]] = {}
    served = {library.generation}
    for _ in range(2):
        expected[template_of(library.generation)] = all_answers(library)
        served.add(publisher.publish())
        assert library.refresh()
    assert expected["00000000"] != expected["00000001"]

    def ask(number: int) -> None:
        request = REQUESTS[number % len(REQUESTS)]
        form = answer(library, request)
        id = json.loads(form)["generation"]
        assert without_ids(form) == expected[template_of(id)][request]
        # Several questions in a row, one generation.
        pinned = library.pinned()
        assert without_ids(page(pinned, CODE)) == expected[template_of(pinned.generation)][CODE]

    with all_the_time(ask):
        for _ in range(SWITCHES):
            served.add(publisher.publish())
            assert library.refresh()
            with build_lock(publisher.data_dir):
                prune(publisher.data_dir, 1)
    now = library.generation
    with build_lock(publisher.data_dir):
        prune(publisher.data_dir, 1)
    assert [path.name for path in generations_dir(publisher.data_dir).iterdir()] == [now]
    if sys.platform == "linux":
        maps = mapped()
        assert now in maps
        assert not [id for id in served - {now} if id in maps], "the memory of old generations is free"
    library.close()


def test_no_page_fails_or_mixes_generations(publisher: Publisher) -> None:
    library = Library.open(publisher.data_dir)
    app = create_app(library, refresh_seconds=0)
    known: dict[tuple[str, str], str] = {}

    def body(path: str) -> tuple[str, str]:
        """Return the template of the generation that a page names, and the page without its id."""
        found = app.test_client().get(path, follow_redirects=True)
        assert found.status_code == 200, found.text
        (id,) = set(ID.findall(found.text))
        return template_of(id), without_ids(found.text)

    def take_up(wanted: str) -> None:
        """Wait until the app has switched; its requests make it look."""
        deadline = time.monotonic() + 60
        while library.generation != wanted:
            assert time.monotonic() < deadline, library.last_error
            app.test_client().get("/health")
            time.sleep(0.01)

    for _ in range(2):
        for path in PATHS:
            template, text = body(path)
            known[template, path] = text
        take_up(publisher.publish())
    assert len(known) == 2 * len(PATHS)

    def browse(number: int) -> None:
        path = PATHS[number % len(PATHS)]
        template, text = body(path)
        assert text == known[template, path]

    with all_the_time(browse):
        for _ in range(SWITCHES):
            take_up(publisher.publish())
            with build_lock(publisher.data_dir):
                prune(publisher.data_dir, 1)
    assert library.last_error is None
    library.close()


def test_what_a_search_leaves_behind_needs_no_garbage_collector(sample_library: Library) -> None:
    # A cycle would keep the index of an old generation in memory, and on the disk, for as long as it likes.
    answers(sample_library)
    gc.collect()
    gc.disable()
    try:
        answers(sample_library)
        assert gc.collect() == 0
    finally:
        gc.enable()
