"""Generations are kept, listed, rolled back and pruned; nothing is deleted under a reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.build import build
from searchcore.errors import GenerationError
from searchcore.generations import current_id, generations_dir, ids, load
from searchcore.library import Library
from tests.building.conftest import answer, leftovers


def test_generations_json_lists_all_and_marks_the_served_one(codefacet, data_dir: Path) -> None:
    damaged, good = ids(data_dir)
    (generations_dir(data_dir) / damaged / "manifest.json").write_text("{}")
    first, second = json.loads(codefacet(data_dir, "generations", "--json").stdout)
    assert second == {
        "id": good,
        "served": True,
        "created": load(data_dir, good).manifest["created"],
        "sample": False,
        "records": load(data_dir, good).records,
        "problem": None,
    }
    assert (first["id"], first["served"]) == (damaged, False)
    assert "manifest" in first["problem"]
    lines = codefacet(data_dir, "generations").stdout.splitlines()
    assert [line[:1] for line in lines] == [" ", "*"]


def test_rollback_goes_one_back_and_can_be_undone(codefacet, fails, data_dir: Path, expected) -> None:
    old, new = ids(data_dir)
    result = codefacet(data_dir, "rollback")
    assert (result.exit_code, current_id(data_dir)) == (0, old)
    assert f"codefacet rollback {new}" in result.stdout
    assert answer(Library.open(data_dir)) == expected
    assert "no earlier sound generation" in fails(data_dir, "rollback")
    assert current_id(data_dir) == old
    assert codefacet(data_dir, "rollback", new).exit_code == 0
    assert current_id(data_dir) == new


def test_rollback_to_a_damaged_generation_is_refused(fails, data_dir: Path) -> None:
    old, new = ids(data_dir)
    (generations_dir(data_dir) / old / "facts.sqlite").write_bytes(b"")
    assert "damaged" in fails(data_dir, "rollback", old)
    assert current_id(data_dir) == new


def test_a_running_library_follows_a_rollback(codefacet, data_dir: Path) -> None:
    library = Library.open(data_dir)
    old, _ = ids(data_dir)
    codefacet(data_dir, "rollback")
    assert library.refresh() is True
    assert library.generation == old
    library.close()


def test_prune_keeps_the_served_and_the_newest(codefacet, data_dir: Path) -> None:
    served, _ = ids(data_dir)
    codefacet(data_dir, "rollback", served)
    for _ in range(2):
        build(data_dir, force=True)
    newest = ids(data_dir)[-1]
    codefacet(data_dir, "rollback", served)
    result = codefacet(data_dir, "prune", "--keep", "1")
    assert result.exit_code == 0
    assert ids(data_dir) == [served, newest]
    assert leftovers(data_dir) == set()
    assert codefacet(data_dir, "verify").exit_code == 0


def test_prune_keeps_what_an_open_library_reads(codefacet, data_dir: Path, expected) -> None:
    old, new = ids(data_dir)
    codefacet(data_dir, "rollback")
    library = Library.open(data_dir)
    codefacet(data_dir, "rollback", new)
    result = codefacet(data_dir, "prune", "--keep", "1")
    assert (result.exit_code, old in result.stdout) == (0, True)
    assert ids(data_dir) == [old, new]
    assert answer(library) == expected
    library.close()
    codefacet(data_dir, "prune", "--keep", "1")
    assert ids(data_dir) == [new]


def test_a_generation_deleted_while_it_is_opened_is_a_generation_error(codefacet, data_dir: Path) -> None:
    found = load(data_dir, ids(data_dir)[0])
    codefacet(data_dir, "prune", "--keep", "1")
    with pytest.raises(GenerationError):
        found.hold()


def test_a_build_prunes_as_the_settings_say(
    codefacet, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODEFACET_KEEP_GENERATIONS", "1")
    assert codefacet(data_dir, "build", "--force", "--json").exit_code == 0
    assert ids(data_dir) == [current_id(data_dir)]
    assert leftovers(data_dir) == set()


@pytest.mark.parametrize("keep", ["0", "-1", "x"])
def test_prune_of_everything_is_wrong_usage(codefacet, data_dir: Path, keep: str) -> None:
    assert codefacet(data_dir, "prune", "--keep", keep).exit_code == 2
    assert len(ids(data_dir)) == 2
