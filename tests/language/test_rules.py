"""Files of language rules: what they mean, and that a wrong entry is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchcore.errors import ConfigurationError
from searchcore.language import load_rules, read_rules

HEAD = "group: g\nlabel: G\nweight: 0.5\nrules:\n"


def test_each_pair_of_phrases_is_a_rule(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        HEAD + "  - {say: [a, b], mean: [c, d + e]}\n  - {same: [x, y], weight: 1}\n"
    )
    found = [(rule.say, rule.mean, rule.weight) for rule in read_rules(tmp_path)]
    pairs = [("a", "c", 0.5), ("a", "d + e", 0.5), ("b", "c", 0.5), ("b", "d + e", 0.5)]
    assert found == [*pairs, ("y", "x", 1.0), ("x", "y", 1.0)]


def test_the_first_that_an_entry_means_is_marked_wherever_it_is_first(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        HEAD + "  - {say: [a], mean: [b, c, d]}\n  - {say: [a], mean: [c]}\n  - {same: [x, y]}\n"
    )
    first = [(rule.say, rule.mean, rule.first) for rule in read_rules(tmp_path)]
    assert first == [
        ("a", "b", True),
        ("a", "c", True),
        ("a", "d", False),
        ("y", "x", True),
        ("x", "y", True),
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{say: [a]}", "mean is missing"),
        ("{say: [no], mean: [b]}", "put it in quotes"),
        ("{same: [a]}", "at least two"),
        ("{same: [a, b], say: [c]}", "either same"),
        ("{say: [a + b], mean: [c]}", "for mean only"),
        ("{say: [a], mean: ['-']}", "no letter or digit"),
        ("{say: [a], mean: [b], weight: 2}", "weight is 2"),
        ("{say: [a], mean: [b], within: [ICD11]}", "no code system"),
        ("{say: [a], mean: [b], when: [c]}", "no key when"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, entry: str, said: str) -> None:
    (tmp_path / "a.yaml").write_text(f"{HEAD}  - {{same: [x, y]}}\n  - {entry}\n")
    with pytest.raises(ConfigurationError, match=said) as caught:
        read_rules(tmp_path)
    assert caught.value.where.endswith("a.yaml, rule 2")


def test_the_rules_that_ship_are_sound() -> None:
    assert {rule.group for rule in load_rules()} >= {"compounds"}
