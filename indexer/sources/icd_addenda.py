"""Reader of the ICD-10 order and codes addenda: what a release adds, deletes and revises.

Lines begin with `Add:`, `Delete:`, `Revise from:` or `Revise to:` and a code in column 14. After it stand, in
the ICD-10-CM order addenda, a flag before the code and two titles behind it; in the ICD-10-PCS order addenda
two titles; in the codes addenda one title. A summary with the numbers of codes and changes ends the file; an
April update without changes consists of that summary alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from indexer.sources.base import Member, Reading, Release
from indexer.sources.fiscal import fiscal_release
from indexer.sources.lines import first_reason, head_lines, numbered_lines, split_rejects
from indexer.sources.shapes import ICD10CM, ICD10PCS, ICD10PCS_TABLE
from indexer.tables import conform

_ACTION = re.compile(r"^(Add|Delete|Revise from|Revise to):\s*(?:[01] +)?([0-9A-Za-z]{3,7})\s+\S")
_FLAGGED = re.compile(r"^[A-Z][a-z ]+:\s*[01] +[0-9A-Za-z]{3,7} ")
_GROUPS = r"^(?P<action>Add|Delete|Revise from|Revise to):\s*(?P<rest>.*?)\s*$"
_COUNT = re.compile(r"^\s*(\d+) (codes|headers) in (icd10cm|icd10pcs)_order_(\d{4})", re.IGNORECASE)
_STATED = re.compile(r"^\s*(\d+) (additions|deletions|revisions)\s*$", re.IGNORECASE)
_SUMMARY = (
    r"(?i)^\s*(headers|codes|of which|\d+ (codes|headers) in icd10(cm|pcs)_order_\S+"
    r"|\d+ (additions|deletions|revisions)( to (both long and short titles|(long|short) title only))?)\s*$"
)
_SYSTEMS = {"icd10cm": "ICD10CM", "icd10pcs": "ICD10PCS"}
_SHAPES = {"ICD10CM": ICD10CM.pattern, "ICD10PCS": f"{ICD10PCS.pattern}|{ICD10PCS_TABLE.pattern}"}


class AddendaReader:
    """Reads one system's addenda; the option `system` says which (ICD10CM or ICD10PCS)."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell whether most lines are actions or the summary, on codes of the system asked for."""
        lines = head_lines(member)
        codes = [match[2].upper() for line in lines if (match := _ACTION.match(line))]
        summary = sum(re.match(_SUMMARY, line) is not None for line in lines)
        if not lines or 2 * (len(codes) + summary) < len(lines):
            return False
        return _system(codes, lines) == str(options["system"])

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the release that the name and the summary's newer order file give; part order or codes."""
        text = member.text()
        counts = [match for line in text.split("\n") if (match := _COUNT.match(line))]
        said = int(counts[-1][4]) if counts else None
        return fiscal_release(member, said, part=_part(text.split("\n"), options["system"]))

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all actions; `checks` counts them and gives the summary's own numbers.

        `billable` is the number of codes that the summary gives for the newer order file, to compare with
        that file; `stated_additions` and the like are its sums over headers and codes.
        """
        lines = numbered_lines(member.text())
        rows = lines.filter(~pl.col("line").str.contains(_SUMMARY))
        form = _form(member.text().split("\n"), options["system"])
        frame = rows.with_columns(pl.col("line").str.extract_groups(_GROUPS).alias("found")).unnest("found")
        frame = frame.with_columns(**_columns(form)).with_columns(
            system=pl.lit(options["system"]),
            action=pl.col("action").str.to_lowercase().str.replace(" ", "_"),
        )
        good, rejects = split_rejects(frame.with_columns(reason=_reason(options["system"])))
        table = conform("icd_addenda", good)
        checks = {**_counted(table), **_stated(lines["line"].to_list())}
        return Reading({"icd_addenda": table}, good.height, rejects, checks)


def _system(codes: list[str], lines: list[str]) -> str | None:
    """Return the system of the actions' codes; of the summary where there are no actions."""
    if not codes:
        named = {_SYSTEMS[match[3].lower()] for line in lines if (match := _COUNT.match(line))}
        return named.pop() if len(named) == 1 else None
    not_pcs = sum(len(code) not in (3, 7) for code in codes)
    not_cm = sum(ICD10CM.match(code) is None for code in codes)
    return "ICD10CM" if not_pcs > not_cm else "ICD10PCS"


def _form(lines: list[str], system: str) -> str:
    if system == "ICD10PCS":
        return "two titles"
    actions = [line for line in lines if _ACTION.match(line)]
    flagged = sum(_FLAGGED.match(line) is not None for line in actions)
    return "flag and two titles" if actions and 2 * flagged >= len(actions) else "one title"


def _part(lines: list[str], system: str) -> str:
    """Return `order` or `codes`: only order addenda speak of headers."""
    headers = any(re.match(r"(?i)^\s*(headers|\d+ headers in .*)\s*$", line) for line in lines)
    return "codes" if _form(lines, system) == "one title" and not headers else "order"


def _columns(form: str) -> dict[str, pl.Expr]:
    rest = pl.col("rest")
    skip = 2 if form == "flag and two titles" else 0
    code = rest.str.slice(skip, 7).str.strip_chars().str.to_uppercase()
    flag = rest.str.slice(0, 1)
    # Short titles take 60 columns; the long title follows after one blank.
    title = rest.str.slice(skip + 8 if form == "one title" else skip + 69).str.strip_chars()
    billable: pl.Expr
    if form == "flag and two titles":
        billable = pl.when(flag.is_in(["0", "1"])).then(flag == "1")
    elif form == "two titles":
        billable = code.str.len_chars() == 7
    else:
        billable = pl.when(code.is_not_null()).then(pl.lit(True))
    return {"code": code, "title": title, "billable": billable}


def _reason(system: str) -> pl.Expr:
    return first_reason(
        (pl.col("rest").is_null(), "the line is neither Add, Delete, Revise from nor Revise to"),
        (pl.col("billable").is_null(), "the flag before the code is neither 0 nor 1"),
        (~pl.col("code").str.contains(_SHAPES[system]), f"no code of {system} follows the action"),
        (pl.col("title") == "", "the line ends before the title"),
    )


def _counted(table: pl.DataFrame) -> dict[str, int]:
    names = {"add": "additions", "delete": "deletions", "revise_to": "revisions"}
    return {name: int((table["action"] == action).sum()) for action, name in names.items()}


def _stated(lines: list[str]) -> dict[str, int]:
    stated: dict[str, int] = {}
    for line in lines:
        if match := _STATED.match(line):
            name = f"stated_{match[2].lower()}"
            stated[name] = stated.get(name, 0) + int(match[1])
        elif (match := _COUNT.match(line)) and match[2].lower() == "codes":
            stated["billable"] = int(match[1])
    return stated


READER = AddendaReader()
