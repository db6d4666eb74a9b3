"""Small and odd indexes, odd text, many threads."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.engine import RawResult
from searchcore.errors import BuildError, GenerationError
from searchcore.request import Request
from searchcore.schema import load_kind

from ..generated import cases
from .conftest import Engine
from .frames import EPOCH, WORDS, Version, frame, numbered

DAY = EPOCH + dt.timedelta(days=30)


def corpus(count: int) -> list[Version]:
    rng = random.Random(count)
    versions = []
    for number in range(count):
        title = " ".join(rng.choices(WORDS, k=4))
        chapter = (str(rng.randint(1, 3)),)
        code = f"A{number // 100:02d}{number % 100:02d}"
        versions.append(
            Version("ICD10CM", code, EPOCH, title=title, billable=rng.choice(("yes", "no")), chapter=chapter)
        )
    return numbered(versions)


def shape(result: RawResult) -> tuple[object, ...]:
    return result.total, tuple(hit.record.code for hit in result.hits), result.counts, result.notes


def test_a_kind_without_records(engine: Engine) -> None:
    with engine.opened([]) as index:
        for text in ("", "knee", '"knee burn"', "A00", "kn*", "-knee", "title:knee OR hip"):
            result = index.search(Request(text, as_of=DAY, filters=(("billable", ("yes",)),)))
            assert (result.total, result.hits) == (0, ())
            assert result.counts["billable"] == {"yes": 0}
        assert index.versions("A00", None, None) == []
        assert index.representative("A00", None, DAY) == []
        assert index.check() == 0


def test_one_record_of_one_word(engine: Engine) -> None:
    with engine.opened([Version("HCPCS", "J0120", title="knee")]) as index:
        for text in ("knee", "KNEES", "j0120", "J0120 knee", '"knee"', "kne*", "title:knee", ""):
            (hit,) = index.search(Request(text, as_of=DAY)).hits
            assert hit.record.code == "J0120"
        assert index.search(Request("-knee", as_of=DAY)).total == 0
        assert index.check() == 1


def test_records_without_any_text(engine: Engine) -> None:
    versions = numbered([Version("CPT", "90862"), Version("CPT", "90863")])
    with engine.opened(versions) as index:
        assert index.search(Request("90862", as_of=DAY)).hits[0].record.title is None
        assert index.search(Request("", as_of=DAY)).total == 2
        assert index.search(Request("knee", as_of=DAY)).total == 0


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Ménière’s disease", "menieres"),
        ("Menieres disease", "Ménière's"),
        ("Crohn's disease", "crohns DISEASE"),
        ("Sjo\u0308gren syndrome", "sjögren"),
        ("Straße", "STRASSE"),
        ("x-ray of hand", "x-ray"),
        ("胃の病気", "胃の病気"),
        ("ﬁbula", "fibula"),
        ("İstanbul", "istanbul"),
    ],
)
def test_folds_unicode(engine: Engine, title: str, text: str) -> None:
    with engine.opened(
        [Version("CPT", "90862", title=title), Version("CPT", "90863", title="other")]
    ) as index:
        (hit,) = index.search(Request(text, as_of=DAY)).hits
        assert hit.record.title == title
        assert hit.spans and all(0 <= start < end <= len(title) for start, end in hit.spans)


def test_phrases_do_not_reach_from_one_string_into_the_next(engine: Engine) -> None:
    versions = [Version("CPT", "90862", title="knee", synonyms=("burn", "rash"))]
    with engine.opened(versions) as index:
        assert index.search(Request("burn rash", as_of=DAY)).total == 1
        assert index.search(Request('"burn rash"', as_of=DAY, all_words=True)).total == 0
        assert index.search(Request('"knee burn"', as_of=DAY, all_words=True)).total == 0


@cases(150)
@given(st.text(max_size=60))
def test_any_text_is_answered(opened_index: object, text: str) -> None:
    result = opened_index.search(Request(text, as_of=DAY))  # type: ignore[attr-defined]
    assert result.total >= len(result.hits) >= 0


@pytest.fixture(scope="module")
def opened_index(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> object:
    folder = tmp_path_factory.mktemp("index")
    engine.write(corpus(50), folder)
    return engine.open(folder)


def test_a_hundred_kilobytes_of_text_are_answered(opened_index: object) -> None:
    for piece in ("knee ", "A00.0,", '"knee burn ', "(knee OR ", "b* "):
        result = opened_index.search(Request(piece * (100_000 // len(piece)), as_of=DAY))  # type: ignore[attr-defined]
        short = opened_index.search(Request(piece.strip('("O R,'), as_of=DAY))  # type: ignore[attr-defined]
        assert piece.startswith('"') or result.total == short.total
    # Repeats say no more than the first of them; of different words not all are searched, and a note says so.
    words = " ".join(f"knee{number:05}" for number in range(9_000))
    assert "only its first" in " ".join(opened_index.search(Request(words, as_of=DAY)).notes)  # type: ignore[attr-defined]


def test_many_threads_get_the_answers_of_one(engine: Engine, tmp_path: Path) -> None:
    engine.write(corpus(600), tmp_path)
    index = engine.open(tmp_path)
    rng = random.Random(5)
    requests = [
        Request(
            rng.choice(
                ("knee", "hip burn", "bone OR rash", "bu*", '"knee hip"', "title:no -hip", "A0001", "")
            ),
            filters=(("billable", ("yes",)),) if rng.random() < 0.5 else (),
            as_of=EPOCH + dt.timedelta(days=rng.randint(-5, 20)),
            page=rng.randint(1, 3),
        )
        for _ in range(80)
    ]
    alone = [shape(index.search(request)) for request in requests]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            for _ in range(4):
                together = pool.map(lambda request: shape(index.search(request)), requests)
                assert list(together) == alone
    finally:
        sys.setswitchinterval(interval)
        index.close()


def test_progress_grows_to_the_total(engine: Engine, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    engine.writer().write(load_kind("code"), frame(corpus(40)), tmp_path, lambda *step: seen.append(step))
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == ((0, 40), (40, 40))


def test_the_same_records_give_the_same_bytes(engine: Engine, tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        engine.write(corpus(60), tmp_path / name)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        contents.append({str(path.relative_to(tmp_path / name)): path.read_bytes() for path in files})
    assert contents[0] == contents[1]


def test_refuses_rows_that_are_not_in_order(engine: Engine, tmp_path: Path) -> None:
    apart = [Version("CPT", "1"), Version("CPT", "2"), Version("CPT", "1")]
    late = [Version("CPT", "1", EPOCH), Version("CPT", "1", EPOCH - dt.timedelta(days=1))]
    messages = ("CPT 1 stands behind CPT 2", "the versions of CPT 1 do not stand oldest first")
    for number, (versions, message) in enumerate(zip((apart, late), messages, strict=True)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(BuildError, match=message):
            engine.write(versions, folder)


def test_refuses_a_frame_that_lacks_a_column(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="billable"):
        engine.writer().write(
            load_kind("code"), frame(corpus(2)).drop("billable"), tmp_path, lambda done, total: None
        )


def test_refuses_the_index_of_another_kind(engine: Engine, tmp_path: Path) -> None:
    engine.write(corpus(2), tmp_path)
    with pytest.raises(GenerationError, match="another schema"):
        engine.opener(load_kind("modifier"), tmp_path)


def test_reading_needs_no_table_reader(engine: Engine, tmp_path: Path) -> None:
    engine.write(corpus(2), tmp_path)
    module, name = engine.opener.__module__, engine.opener.__name__
    program = f"""
import sys
from pathlib import Path
from searchcore.request import Request
from searchcore.schema import load_kind
from {module} import {name}
result = {name}(load_kind("code"), Path({str(tmp_path)!r})).search(Request("A0000"))
print(result.total, sorted({{"polars", "flask"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("1 []", "")
