"""Agency files read plainly, without the project's readers, so that facts can be compared with them."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import polars as pl
import python_calamine
from defusedxml.ElementTree import fromstring


def text_of(path: Path, member: str = "") -> str:
    """Return the text of a .gz file, or of the member of a zip whose name matches a pattern."""
    if member:
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in archive.namelist() if re.search(member, name))
            data = archive.read(name)
    else:
        data = gzip.decompress(path.read_bytes())
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    return text.replace("\r\n", "\n")


def order_file(path: Path) -> pl.DataFrame:
    """Return code, flag, short and long title of an order file in its zip."""
    lines = text_of(path, r"(?i)order[-_]20\d\d\.txt$").split("\n")
    line = pl.col("line")
    return pl.DataFrame({"line": [line for line in lines if line.strip()]}).select(
        code=line.str.slice(6, 7).str.strip_chars(),
        billable=line.str.slice(14, 1) == "1",
        short=line.str.slice(16, 60).str.strip_chars(),
        title=line.str.slice(77).str.strip_chars(),
    )


def csv_rows(text: str, first: str) -> list[list[str]]:
    """Return the rows below the one whose first cell ends in `first` (blanks aside)."""
    rows = list(csv.reader(io.StringIO(text)))
    header = next(i for i, row in enumerate(rows) if row and re.sub(r"\s", "", row[0]).endswith(first))
    return [rows[header], *[row for row in rows[header + 1 :] if any(row)]]


def ptp_file(path: Path) -> pl.DataFrame:
    """Return column_1, column_2, deletion, indicator and rationale of a PTP file, in its order."""
    lines = pl.DataFrame({"line": text_of(path).split("\n")}).filter(
        pl.col("line").str.contains(r"^[0-9A-Z]{5}\t")
    )
    cells = lines.select(pl.col("line").str.split("\t").alias("cells"))
    names = ("column_1", "column_2", "prior", "effective", "deletion", "indicator", "rationale")
    return cells.select(
        pl.col("cells").list.get(at).alias(name) for at, name in enumerate(names)
    ).with_columns(pl.col("deletion").str.to_date("%Y%m%d", strict=False))


def sheet(path: Path, first: str) -> list[dict[str, Any]]:
    """Return the rows of the first sheet of a workbook as objects, below the row that begins with `first`."""
    rows = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()
    header = next(i for i, row in enumerate(rows) if str(row[0]).strip() == first)
    return [dict(zip(map(str, rows[header]), row, strict=True)) for row in rows[header + 1 :]]


def plain(value: Any) -> str:
    """Return a cell of a sheet as text: 7.0 as 7."""
    return str(int(value)) if isinstance(value, float) else str(value).strip()


def ymd(text: Any, form: str = "%Y%m%d") -> dt.date | None:
    """Return the date of a field, None for a blank one."""
    bare = plain(text or "")
    return dt.datetime.strptime(bare, form).date() if bare and bare != "N/A" else None


def xml_root(path: Path) -> Element:
    """Return the root element of a .xml.gz file."""
    root: Element = fromstring(gzip.decompress(path.read_bytes()))
    return root


def tree(root: Element) -> Iterator[tuple[str, Element, list[str]]]:
    """Yield node id, element and ids above for each chapter, section and code of the tabular list."""
    for chapter in root.findall("chapter"):
        ch = f"ch:{chapter.findtext('name')}"
        yield ch, chapter, []
        for section in chapter.findall("section"):
            range_ = section.get("id") or ""
            sec = f"sec:{range_ if '-' in range_ else f'{range_}-{range_}'}"
            yield sec, section, [ch]
            for diag in section.findall("diag"):
                yield from _codes(diag, [ch, sec])


def _codes(diag: Element, above: list[str]) -> Iterator[tuple[str, Element, list[str]]]:
    code = (diag.findtext("name") or "").replace(".", "")
    yield code, diag, above
    for child in diag.findall("diag"):
        yield from _codes(child, [*above, code])


def copied(ours: str, theirs: str | None) -> bool:
    """Tell whether our words are theirs; short fixed names (three words at most) may be the same."""

    def words(text: str | None) -> list[str]:
        return re.findall(r"[a-z0-9]+", re.sub(r"\([A-Z]\d[^()]*\)", "", text or "").lower())

    return len(words(ours)) > 3 and words(ours) == words(theirs)
