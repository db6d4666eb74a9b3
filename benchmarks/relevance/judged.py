"""Judged queries, and which hits answer them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from searchcore.codes import normalise
from searchcore.data import load_yaml
from searchcore.errors import SourceFileError
from searchcore.facts import Facts

TITLE, HARD = "title", "hard"
# In this system a code stands below every code that it starts with.
TREE = "ICD10CM"
_SETS = Path(__file__).with_name("sets.yaml")
_COLUMNS = 4

Key = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """One judged query.

    Attributes:
        codes: the stored codes that answer it.
        is_title: whether it is an official title of one of them.
    """

    text: str
    codes: tuple[str, ...]
    is_title: bool


@dataclass(frozen=True)
class JudgedSet:
    """All rows of one file; see `sets.yaml`.

    Attributes:
        parents: of each code the code directly above it; empty where the system has no tree.
    """

    name: str
    label: str
    system: str
    day: dt.date
    reach: Mapping[str, float]
    rows: tuple[Row, ...]
    parents: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def hard(self) -> JudgedSet:
        """Return the set without its titles."""
        return replace(self, rows=tuple(row for row in self.rows if not row.is_title))

    def is_right(self, row: Row, hit: Key) -> bool:
        """Tell whether a hit is a judged code or, in a tree, lies below one or directly above one."""
        system, code = hit
        if system != self.system:
            return False
        if code in row.codes:
            return True
        if system != TREE:
            return False
        return code.startswith(row.codes) or any(self.parents.get(judged) == code for judged in row.codes)

    def rank(self, row: Row, hits: Sequence[Key]) -> int:
        """Return where the first right hit stands, from 1; 0 if there is none."""
        return next((place for place, hit in enumerate(hits, 1) if self.is_right(row, hit)), 0)


def load_sets(folder: Path, facts: Facts) -> list[JudgedSet]:
    """Read all judged sets.

    Args:
        folder: where their files are.
        facts: of the generation that is asked; its tree says which code is above which.

    Raises:
        SourceFileError: a file is missing, or a line of it is not what it should be.
    """
    return [_load(name, about, folder, facts) for name, about in load_yaml(_SETS).items()]


def _load(name: str, about: Mapping[str, Any], folder: Path, facts: Facts) -> JudgedSet:
    system = about["system"]
    above = facts.rows("node", system=system) if system == TREE else []
    parents = {node["code"]: node["parent"] for node in above if node["parent"]}
    rows = read_rows(folder / about["file"])
    return JudgedSet(name, about["label"], system, about["day"], about["reach"], rows, parents)


def read_rows(path: Path) -> tuple[Row, ...]:
    """Read a file of judged queries: query, codes with `|` between them, source, `title` or `hard`.

    Raises:
        SourceFileError: it cannot be read, or a line has other columns.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceFileError(
            "cannot read the judged queries", where=str(path), mend="name their folder with --judged"
        ) from error
    return tuple(_row(line, f"{path}, line {number}") for number, line in enumerate(lines, 1))


def _row(line: str, where: str) -> Row:
    columns = line.split("\t")
    codes = tuple(filter(None, map(normalise, columns[1].split("|")))) if len(columns) == _COLUMNS else ()
    if not codes or not columns[0].strip() or columns[-1] not in (TITLE, HARD):
        raise SourceFileError(
            "this is no judged query",
            where=where,
            mend="a line has query, codes, source and `title` or `hard`, with tabs between them",
        )
    return Row(columns[0], codes, columns[-1] == TITLE)
