"""A generation with any of its files damaged is refused in one line, and a build or a rollback mends it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.build import build
from searchcore.errors import GenerationError
from searchcore.generations import CURRENT, MANIFEST, current_id, generations_dir, ids
from searchcore.library import Library
from tests.building.conftest import answer

Damage = Callable[[Path], None]


def flip(path: Path) -> None:
    """Change one bit in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 8
    path.write_bytes(data)


def cut(path: Path) -> None:
    """Cut off the last byte."""
    path.write_bytes(path.read_bytes()[:-1])


def grow(path: Path) -> None:
    """Add a byte."""
    path.write_bytes(path.read_bytes() + b"\0")


def empty(path: Path) -> None:
    """Leave nothing but the name."""
    path.write_bytes(b"")


def a_folder(path: Path) -> None:
    """Put a folder in its place."""
    path.unlink()
    path.mkdir()


DAMAGES: list[Damage] = [flip, cut, grow, empty, a_folder, Path.unlink]


def kinds_of_files(generation: Path) -> list[Path]:
    """Return one file of each ending in each folder of a generation, not empty."""
    found = {
        (path.parent, path.suffix): path
        for path in sorted(generation.rglob("*"))
        if path.is_file() and path.stat().st_size
    }
    return [path.relative_to(generation) for path in found.values()]


def served(data_dir: Path) -> Path:
    """Return the folder of the served generation."""
    return generations_dir(data_dir) / str(current_id(data_dir))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_any_damaged_file_is_found_when_opening_and_verifying(
    codefacet, data_dir: Path, damage: Damage
) -> None:
    generation = served(data_dir)
    names = kinds_of_files(generation)
    assert Path(MANIFEST) in names and len(names) > 4
    for name in names:
        path = generation / name
        kept = path.read_bytes()
        damage(path)
        with pytest.raises(GenerationError) as caught:
            Library.open(data_dir)
        assert name.name in str(caught.value) or generation.name in str(caught.value), name
        result = codefacet(data_dir, "verify")
        assert (result.exit_code, result.stderr.count("\n")) == (1, 1), name
        if path.is_dir():
            path.rmdir()
        path.write_bytes(kept)
    assert codefacet(data_dir, "verify").exit_code == 0


def test_no_bit_of_the_manifest_can_change_unnoticed(data_dir: Path) -> None:
    path = served(data_dir) / MANIFEST
    data = path.read_bytes()
    for at in range(0, len(data), max(1, len(data) // 150)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        # A blank that becomes another character outside of strings is no other value.
        with pytest.raises(GenerationError):
            Library.open(data_dir)


@pytest.mark.parametrize(
    "command", [["search", "knee"], ["show", "29881"], ["verify"], ["serve", "--port", "0"]]
)
@pytest.mark.parametrize("name", ["facts.sqlite", MANIFEST])
def test_every_command_says_it_in_one_line_and_a_build_mends_it(
    fails, codefacet, data_dir, command, name
) -> None:
    flip(served(data_dir) / name)
    assert "codefacet rollback" in fails(data_dir, *command)
    result = codefacet(data_dir, "build")
    assert result.exit_code == 0
    assert "is served" in " ".join(result.stdout.split())
    assert codefacet(data_dir, "verify").exit_code == 0


def test_a_rollback_mends_it_too_and_skips_damaged_generations(codefacet, data_dir: Path, expected) -> None:
    build(data_dir, force=True)
    oldest, middle, newest = ids(data_dir)
    flip(generations_dir(data_dir) / newest / "facts.sqlite")
    shutil.rmtree(generations_dir(data_dir) / middle / "code")
    assert codefacet(data_dir, "rollback").exit_code == 0
    assert current_id(data_dir) == oldest
    assert answer(Library.open(data_dir)) == expected


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"../../etc", b"\xff\xfe", b"20261123T183000-1a2b3c4d"]
)
def test_a_damaged_pointer_is_one_line_and_can_be_mended(fails, codefacet, data_dir, content: bytes) -> None:
    newest = ids(data_dir)[-1]
    (data_dir / CURRENT).write_bytes(content)
    for command in (["search", "knee"], ["show", "29881"], ["verify"]):
        assert "rollback" in fails(data_dir, *command)
    for command in (["status"], ["generations"]):
        assert codefacet(data_dir, *command).exit_code == 0
    assert codefacet(data_dir, "rollback", newest).exit_code == 0
    assert codefacet(data_dir, "search", "knee").exit_code == 0


def test_a_pointer_that_cannot_be_read_is_one_line(fails, data_dir: Path) -> None:
    a_folder(data_dir / CURRENT)
    assert "pointer" in fails(data_dir, "search", "knee")


def test_nothing_built_yet_is_one_line(fails, tmp_path: Path) -> None:
    for command in (["search", "x"], ["show", "x"], ["verify"], ["rollback"]):
        assert "run: codefacet build" in fails(tmp_path / "none", *command)


@pytest.mark.parametrize("name", ["20000101T000000-00000000", "../generations", "nonsense", "."])
def test_an_unknown_generation_is_one_line(fails, data_dir: Path, name: str) -> None:
    assert name in fails(data_dir, "verify", name)
    assert name in fails(data_dir, "rollback", name)


def test_a_running_library_keeps_the_old_generation_when_a_damaged_one_is_published(
    data_dir, expected
) -> None:
    library = Library.open(data_dir)
    old = library.generation
    assert library.refresh() is False and library.last_error is None
    build(data_dir, force=True)
    flip(served(data_dir) / "facts.sqlite")
    assert library.refresh() is False
    assert isinstance(library.last_error, GenerationError)
    assert (library.generation, answer(library)) == (old, expected)
    (data_dir / CURRENT).write_text("nonsense")
    assert library.refresh() is False
    assert answer(library) == expected
    sound = build(data_dir, force=True).generation
    assert library.refresh() is True
    assert (library.generation, library.last_error) == (sound, None)
    assert answer(library) == expected
    library.close()


def test_the_error_of_a_damaged_generation_goes_when_it_is_rolled_back(codefacet, data_dir: Path) -> None:
    library = Library.open(data_dir)
    build(data_dir, force=True)
    flip(served(data_dir) / "facts.sqlite")
    assert library.refresh() is False
    assert library.last_error is not None
    codefacet(data_dir, "rollback")
    assert library.refresh() is False
    assert library.last_error is None
    library.close()
