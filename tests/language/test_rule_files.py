"""The rule files of schemas/language: well formed, no rule twice, nothing that says what it means."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "schemas" / "language"
IDLE = {"of", "the", "a", "an"}
# Drug names are held to rules of their own.
FILES = [
    path
    for pattern in ("abbreviations*", "anatomy*", "diseases*", "patterns*", "tumors*")
    for path in sorted(FOLDER.glob(f"{pattern}.yaml"))
]


def read(path: Path) -> dict[str, Any]:
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    assert isinstance(loaded, dict)
    return loaded


def words(phrase: str) -> tuple[str, ...]:
    plain = phrase.lower().replace("'s ", " ").removesuffix("'s")
    return tuple(word for word in re.findall(r"[^\W_]+", plain) if word not in IDLE)


def is_abbreviation(word: str) -> bool:
    """Two capitals or digits in a word (IgA, HbSS, 47,XYY), or at most three letters."""
    return len(word) <= 3 or sum(letter.isupper() or letter.isdigit() for letter in word) >= 2


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def file(request: pytest.FixtureRequest) -> dict[str, Any]:
    return read(request.param)


def test_there_are_rule_files_for_diagnoses() -> None:
    assert {path.stem.split("_")[0] for path in FILES} == {
        "abbreviations",
        "anatomy",
        "diseases",
        "patterns",
        "tumors",
    }


def test_a_file_names_its_group_label_and_weight(file: dict[str, Any]) -> None:
    assert file.keys() == {"group", "label", "weight", "rules"}
    assert re.fullmatch(r"[a-z][a-z0-9-]*", file["group"])
    assert file["label"].strip()
    assert 0 < file["weight"] <= 1
    assert file["rules"]


def test_a_rule_has_a_direction_or_is_two_way_and_nothing_is_empty(file: dict[str, Any]) -> None:
    for rule in file["rules"]:
        assert rule.keys() - {"weight", "within"} in ({"say", "mean"}, {"same"}), rule
        assert 0 < rule.get("weight", 1) <= 1, rule
        for key in rule.keys() - {"weight"}:
            assert rule[key], rule
            assert all(isinstance(phrase, str) and words(phrase) for phrase in rule[key]), rule
            assert len(set(rule[key])) == len(rule[key]), rule
        assert len(rule.get("same", [])) != 1, rule
        assert not any(" + " in phrase for phrase in rule.get("say", []) + rule.get("same", [])), rule


def test_no_rule_says_what_it_means(file: dict[str, Any]) -> None:
    for rule in file["rules"]:
        if "same" in rule:
            assert len({words(phrase) for phrase in rule["same"]}) == len(rule["same"]), rule
        else:
            assert not {words(p) for p in rule["say"]} & {words(p) for p in rule["mean"]}, rule


def test_capitals_are_for_abbreviations_alone(file: dict[str, Any]) -> None:
    said = [phrase for rule in file["rules"] for key in ("say", "same") for phrase in rule.get(key, [])]
    capital = [word for phrase in said for word in re.findall(r"[^\W_]+", phrase) if word != word.lower()]
    assert [word for word in capital if not is_abbreviation(word)] == []
    assert [p for rule in file["rules"] for p in rule.get("mean", []) if p != p.lower()] == []


def test_no_rule_stands_twice_in_all_files() -> None:
    seen = Counter(
        tuple((key, tuple(sorted(rule[key]))) for key in ("say", "mean", "same", "within") if key in rule)
        for path in FILES
        for rule in read(path)["rules"]
    )
    assert [rule for rule, times in seen.items() if times > 1] == []
