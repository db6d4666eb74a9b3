"""A damaged index is refused with one clear message, whichever file is hit."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from searchcore.errors import GenerationError

from .conftest import Engine
from .test_edges import corpus

ROUNDS = 120


@pytest.fixture
def written(engine: Engine, tmp_path: Path) -> list[Path]:
    engine.write(corpus(40), tmp_path)
    return sorted(path for path in tmp_path.rglob("*") if path.is_file())


def refusal(engine: Engine, folder: Path) -> GenerationError:
    """Return the error that opening or checking gives; fail if there is none or another one."""
    with pytest.raises(GenerationError) as caught:
        index = engine.open(folder)
        try:
            index.check()
        finally:
            index.close()
    return caught.value


def test_an_undamaged_index_passes(engine: Engine, written: list[Path], tmp_path: Path) -> None:
    assert written
    index = engine.open(tmp_path)
    assert index.check() == 40
    index.close()


def test_flipped_bits(engine: Engine, written: list[Path], tmp_path: Path) -> None:
    rng = random.Random(11)
    full = [path for path in written if path.stat().st_size]
    for path in (full + rng.choices(full, k=ROUNDS))[: len(full) + ROUNDS]:
        good = path.read_bytes()
        bad = bytearray(good)
        bad[rng.randrange(len(bad))] ^= 1 << rng.randrange(8)
        path.write_bytes(bad)
        error = refusal(engine, tmp_path)
        assert str(tmp_path) in error.where and error.mend
        path.write_bytes(good)
    assert engine.open(tmp_path).check() == 40


def test_truncated_files(engine: Engine, written: list[Path], tmp_path: Path) -> None:
    rng = random.Random(12)
    for path in written:
        good = path.read_bytes()
        if good:
            path.write_bytes(good[: rng.randrange(len(good))])
            assert str(path) in refusal(engine, tmp_path).where
            path.write_bytes(good)


def test_missing_files(engine: Engine, written: list[Path], tmp_path: Path) -> None:
    for path in written:
        good = path.read_bytes()
        path.unlink()
        assert str(path) in refusal(engine, tmp_path).where
        path.write_bytes(good)


def test_zeroed_files(engine: Engine, written: list[Path], tmp_path: Path) -> None:
    for path in written:
        good = path.read_bytes()
        if any(good):
            path.write_bytes(bytes(len(good)))
            assert str(path) in refusal(engine, tmp_path).where
            path.write_bytes(good)


def test_an_empty_folder(engine: Engine, tmp_path: Path) -> None:
    assert str(tmp_path) in refusal(engine, tmp_path).where
