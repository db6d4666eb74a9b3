"""The ranking file: complete, and wrong files are refused with the key that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchcore.codes import Status
from searchcore.data import schemas_dir
from searchcore.errors import ConfigurationError
from searchcore.whoosh_engine.days import STATUSES
from searchcore.whoosh_engine.ranking import load_ranking, read_ranking


def test_the_file_that_ships_has_a_factor_for_every_status() -> None:
    ranking = load_ranking()
    assert set(ranking.status) == {str(status) for status in Status}
    factors = dict(zip(STATUSES, ranking.status_factors.tolist(), strict=True))
    assert factors["active"] == 1 > factors["deleted"] > 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  title_in_order: 5.0", "  title_in_ordre: 5.0", "whole.title_in_order is missing"),
        ("prefix: 1.0", "prefix: 1.0\nsuffix: 2", "suffix is no key"),
        ("  k1: 4.0", "  k2: 4.0", "bm25.k1 is missing"),
        ("  deleted: 0.2", "  deleted: low", "deleted is 'low'"),
        ("  deleted: 0.2", "  deleted: -1", "deleted is -1"),
        ("  deleted: 0.2", "", "status.deleted is missing"),
        ("bm25:\n  k1: 4.0\n  b: 0.5", "bm25: 4", "bm25 does not consist of keys"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (schemas_dir() / "ranking.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "ranking.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message) as caught:
        read_ranking(path)
    assert caught.value.where == str(path)
