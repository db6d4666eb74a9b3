"""`codefacet suggest` on the sample."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Codefacet = Callable[..., Result]


def test_lines_for_people(sample_data_dir: Path, codefacet: Codefacet) -> None:
    done = codefacet(sample_data_dir, "suggest", "e11.2")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "E11.2 ICD10CM Type 2 diabetes affecting the kidneys [header]"


def test_a_list_for_programs(sample_data_dir: Path, codefacet: Codefacet) -> None:
    done = codefacet(sample_data_dir, "suggest", "knee", "br", "--limit", "2", "--json")
    found = json.loads(done.stdout)
    assert len(found) == 2
    assert found[0]["group"] == "term" and "knee" in found[0]["text"].lower()


def test_wrong_usage(sample_data_dir: Path, codefacet: Codefacet) -> None:
    for args in (("x", "--as-of", "soon"), ("x", "--limit", "11"), ("x", "--kind", "y"), ()):
        assert codefacet(sample_data_dir, "suggest", *args).exit_code == 2


def test_text_without_matches_is_done_too(sample_data_dir: Path, codefacet: Codefacet) -> None:
    done = codefacet(sample_data_dir, "suggest", "zzzzzz")
    assert (done.exit_code, done.stdout) == (0, "")
