"""Small files in the agencies' layouts. Every row is synthetic; no title is an agency's."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

GPCI_NAME = "GPCI2025.csv"
GPCI_ROWS = 90
ORDER_NAME = "icd10cm_order_2026.txt"
ORDER_ROWS = 50_400
AOC_NAME = "AOC_V2026Q2-MCR.csv"
AOC_ROWS = 5_103
_AOC_COLUMNS = (
    "AOC_Edit_Type",
    "Add-On_Code",
    "AOC_DelDT",
    "Primary_Code",
    "Primary_Code_DelDT",
    "AOC_Edit_EffDT",
    "AOC_Edit_DelDT",
    "Special_Instruction_Notes",
)
# Codes that corpora/*/source.yaml wants to see in every release.
_ORDER_ANCHORS = ("A000", "E119", "G35D")
_AOC_ANCHORS = ("37252", "69990", "22853")


def gpci(
    *, year: int = 2025, rows: int = GPCI_ROWS, work: str = "1.000", extra: str = "", drop: str = ""
) -> str:
    """Return a GPCI table.

    Args:
        work: the work index of every row, so that two tables can differ.
        extra: name of a further column that no reader knows.
        drop: name of a column to leave out.
    """
    table = {
        "Medicare Administrative Contractor (MAC)": "{mac}",
        "State": "AL",
        "Locality Number": "{locality}",
        "Locality Name": "Made-up Place {number}",
        f"{year} PW GPCI (with 1.0 Floor)": work,
        f"{year} PE GPCI": "0.9{locality}",
        f"{year} MP GPCI": "0.5",
        **({extra: "whatever"} if extra else {}),
    }
    table.pop(drop, None)
    lines = [f"ADDENDUM E. {year} GEOGRAPHIC PRACTICE COST INDICES (synthetic)" + "," * (len(table) - 1)]
    lines.append(",".join(table))
    for number in range(rows):
        values = ",".join(table.values())
        lines.append(values.format(mac=10_000 + number, locality=f"{number % 100:02}", number=number))
    return "\n".join(lines) + "\n"


def order_line(number: int, code: str, title: str, *, billable: bool = True) -> str:
    """Return one line of an order file."""
    return f"{number:05} {code:<7} {int(billable)} {title[:60]:<60} {title}"


@cache
def order_file(anchors: tuple[str, ...] = _ORDER_ANCHORS, rows: int = ORDER_ROWS) -> str:
    """Return an ICD-10-CM order file: headers A00 and QA0, the anchors, and made-up codes."""
    made_up = (
        f"{letter}{category:02}{digit}{last}"
        for letter in "BCDFHIJ"
        for category in range(100)
        for digit in range(10)
        for last in range(10)
    )
    lines = [order_line(1, "A00", "Made-up header", billable=False)]
    lines.append(order_line(2, "QA0", "Made-up header", billable=False))
    lines += [order_line(3 + at, code, "Made-up anchor") for at, code in enumerate(anchors)]
    for code in made_up:
        if len(lines) == rows:
            break
        lines.append(order_line(len(lines) + 1, code, f"Made-up title of {code}"))
    return "\n".join(lines) + "\n"


def aoc(*, delimiter: str = ",", types: str = "123", rows: int = AOC_ROWS) -> str:
    """Return an add-on code file; `types` are the edit types, taken in turn."""
    lines = [delimiter.join(_AOC_COLUMNS)]
    for number in range(rows):
        add_on = _AOC_ANCHORS[number] if number < len(_AOC_ANCHORS) else f"{10_000 + number}"
        cells = (types[number % len(types)], add_on, "", f"{60_000 + number % 9_000}", "", "2020001", "", "")
        lines.append(delimiter.join(cells))
    return "\n".join(lines) + "\n"


def rvu_head(title: str) -> str:
    """Return the beginning of a relative value file: its title row, the stacked header, one row."""
    blanks = "," * 30
    upper = ",,,STATUS,,WORK" + "," * 19 + "CONV" + ",,,,,"
    lower = "HCPCS,MOD,DESCRIPTION,CODE,,RVU" + "," * 19 + "FACTOR" + ",,,,,"
    row = "G0008,,Made-up words,A,,0.17" + "," * 19 + "32.3465" + ",,,,,"
    return "\n".join([f"{title}{blanks}", upper, lower, row]) + "\n"


def documents(rows: int = 120, updated: str = "2025-08-08") -> str:
    """Return a listing of coverage documents as the Coverage API gives it."""
    names = (
        "document_display_id,document_type,document_version,title,note,effective_date,retirement_date,"
        "updated_on,contractor_name_type,url"
    )
    rest = f"Active,2020-01-01,N/A,{updated},Made-up Contractor (MAC - Part B),"
    return "\n".join([names, *(f"L{30_000 + n},LCD,3,Made-up title {n},{rest}" for n in range(rows))]) + "\n"


def zip_bytes(
    members: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]], level: int = 6
) -> bytes:
    """Return a zip with these members."""
    pairs = members.items() if isinstance(members, Mapping) else members
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in pairs:
            archive.writestr(name, content)
    return stream.getvalue()


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file below a folder; a name that ends in .gz is packed, unless it is given as bytes."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        content = content.encode()
        content = gzip.compress(content) if name.endswith(".gz") else content
    path.write_bytes(content)
    return path
