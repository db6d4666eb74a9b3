"""Reads and checks the language rules: a record with the words of `mean` is also found by those of `say`.

A file of `schemas/language/` with the key `group` holds rules; docs/schema.md describes its form. Each pair
of one phrase of `say` and one of `mean` is a rule of its own here, so that a reason names the very words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from searchcore.codes import SYSTEMS
from searchcore.data import load_yaml, schemas_dir
from searchcore.errors import ConfigurationError

# Joins parts of a phrase that may stand anywhere in the same text.
PART = " + "
_GROUP_KEYS = {"group", "label", "weight", "rules"}
_RULE_KEYS = {"say", "mean", "same", "weight", "within"}
_MEND = "see docs/schema.md, language rules"


@dataclass(frozen=True)
class Rule:
    """One pair of phrases.

    Attributes:
        group, label: of the file; `group` is also a switch.
        say: what people say.
        mean: what stands in the record then; its parts joined by `PART`.
        weight: of the words of `say`: a share of the weight of the field in which `mean` stands; at most 1.
        within: code systems and values of the facet `chapter` in which alone it holds; empty for everywhere.
        first: `mean` is the first that stands there, and so what is meant most.
    """

    group: str
    label: str
    say: str
    mean: str
    weight: float
    within: tuple[str, ...] = ()
    first: bool = field(default=True, compare=False)


def slug(phrase: str) -> str:
    """Return a phrase as the switch `off` names it: small letters and digits, a hyphen for anything else."""
    plain = unicodedata.normalize("NFKD", phrase).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


@cache
def load_rules() -> tuple[Rule, ...]:
    """Return all rules that ship with the program, by file and place in it."""
    return read_rules(schemas_dir() / "language")


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """Read the rules of all files of a folder, in the order of their names.

    Raises:
        ConfigurationError: an entry is not understood, or two files give a group two labels.
    """
    found: list[Rule] = []
    labels: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        data = load_yaml(path)
        if not isinstance(data, dict) or "group" not in data:
            continue
        rules = list(_rules_of(path, data))
        label = labels.setdefault(data["group"], data["label"])
        if label != data["label"]:
            raise _wrong(f"another file calls the group {data['group']!r} {label!r}", str(path))
        found += rules
    # The same pair twice would say the same twice.
    distinct: dict[Rule, Rule] = {}
    for rule in found:
        distinct[rule] = rule if rule.first else distinct.get(rule, rule)
    return tuple(distinct.values())


def _rules_of(path: Path, data: dict[str, Any]) -> Iterator[Rule]:
    _check_keys(data, _GROUP_KEYS, str(path))
    group, label = data["group"], data.get("label")
    if not isinstance(group, str) or slug(group) != group.replace("_", "-"):
        raise _wrong(f"group is {group!r}, not small letters, digits and hyphens or underscores", str(path))
    if not isinstance(label, str) or not label:
        raise _wrong("the label is missing", str(path))
    usual = _weight(data.get("weight", 1.0), str(path))
    entries = data.get("rules")
    if not isinstance(entries, list):
        raise _wrong("rules is not a list", str(path))
    for number, entry in enumerate(entries, 1):
        where = f"{path}, rule {number}"
        if not isinstance(entry, dict):
            raise _wrong(f"{entry!r} is not an entry with say and mean, or same", where)
        _check_keys(entry, _RULE_KEYS, where)
        weight = _weight(entry.get("weight", usual), where)
        within = _within(entry, where)
        for say, mean, first in _pairs(entry, where):
            yield Rule(group, label, say, mean, weight, within, first)


def _pairs(entry: dict[str, Any], where: str) -> Iterator[tuple[str, str, bool]]:
    """Yield each pair of an entry: what people say, what the record says, and if that is the first."""
    if "same" in entry:
        if "say" in entry or "mean" in entry:
            raise _wrong("an entry has either same, or say and mean", where)
        phrases = _texts(entry, "same", where)
        if len(phrases) < 2:
            raise _wrong("same needs at least two phrases", where)
        pairs = [(say, mean, True) for mean in phrases for say in phrases if say != mean]
    else:
        means = _texts(entry, "mean", where)
        pairs = [
            (say, mean, place == 0) for say in _texts(entry, "say", where) for place, mean in enumerate(means)
        ]
    for say, mean, first in pairs:
        if PART in say:
            raise _wrong(f"{say!r}: parts joined with + are for mean only", where)
        if any(not slug(part) for part in (say, *mean.split(PART))):
            raise _wrong(f"{say!r} for {mean!r}: a phrase has no letter or digit", where)
        yield say, mean, first


def _within(entry: dict[str, Any], where: str) -> tuple[str, ...]:
    """Return where an entry holds: code systems, and values of the facet `chapter`, which begin with one."""
    if "within" not in entry:
        return ()
    found = _texts(entry, "within", where)
    for value in found:
        if value.partition(":")[0] not in SYSTEMS:
            raise _wrong(f"within holds {value!r}, which begins with no code system", where)
    return tuple(found)


def _texts(entry: dict[str, Any], key: str, where: str) -> list[str]:
    """Return the phrases of a key; a number without quotes is not text, so that `no` and `1` are noticed."""
    found = entry.get(key)
    if not isinstance(found, list) or not found:
        raise _wrong(f"{key} is missing, or not a list of phrases", where)
    for text in found:
        if not isinstance(text, str) or not text.strip():
            raise _wrong(f"{key} holds {text!r}, which is not text; put it in quotes", where)
    return [" ".join(text.split()) for text in found]


def _weight(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise _wrong(f"the weight is {value!r}, not a number above 0 and up to 1", where)
    return float(value)


def _check_keys(data: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(map(str, data.keys() - known))
    if unknown:
        raise _wrong(f"there is no key {', '.join(unknown)}", where)


def _wrong(what: str, where: str) -> ConfigurationError:
    return ConfigurationError(what, where=where, mend=_MEND)
