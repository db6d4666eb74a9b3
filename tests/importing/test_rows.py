"""Rows as they really come: mixed line ends, a BOM, cp1252 bytes, columns too many or too few, bad rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from indexer.catalogue import Catalogue
from indexer.descriptions import load_sources
from indexer.recognise import reader_of
from tests.importing import files


def stored_rows(data_dir: Path, source: str, release: str) -> pl.DataFrame:
    """Read an imported release again from the store, as a build does."""
    catalogue = Catalogue(data_dir)
    found = catalogue.find(source, release)
    assert found is not None
    (part,) = found.parts.values()
    description = load_sources()[source]
    reading = reader_of(description.reader).read(catalogue.open(part), description.reader_options)
    (table,) = reading.tables.values()
    return table


def test_mixed_line_ends_a_bom_and_cp1252_bytes_lose_no_row(imported, data_dir, downloads) -> None:
    lines = files.order_file().splitlines()
    lines[7] = files.order_line(8, lines[7][6:13].strip(), "Syndrome de M\u00e9ni\u00e8re \u2013 made up")
    ends = [b"\r\n", b"\n", b"\r"]
    content = b"".join(line.encode("cp1252") + ends[n % 3] for n, line in enumerate(lines))
    (line,) = imported(files.put(downloads, files.ORDER_NAME, content))
    assert (line["accepted"], line["rows"], line["rejected"]) == (True, files.ORDER_ROWS, 0)
    table = stored_rows(data_dir, "icd10cm-order", "FY2026")
    assert table["title"][7] == "Syndrome de M\u00e9ni\u00e8re \u2013 made up"


@pytest.mark.parametrize("name", [files.GPCI_NAME, "GPCI2025.CSV", "renamed.csv"])
def test_a_bom_before_the_header_does_no_harm(imported, data_dir, downloads, name) -> None:
    content = b"\xef\xbb\xbf" + files.gpci().replace("\n", "\r\n").encode()
    (line,) = imported(files.put(downloads, name, content))
    assert (line["source"], line["rows"]) == ("mpfs-gpci", files.GPCI_ROWS)
    assert stored_rows(data_dir, "mpfs-gpci", "2025")["mac"][0] == "10000"


def test_an_unknown_column_is_ignored(imported, data_dir, downloads) -> None:
    (line,) = imported(files.put(downloads, files.GPCI_NAME, files.gpci(extra="Moon Phase")))
    assert (line["accepted"], line["rows"]) == (True, files.GPCI_ROWS)
    assert "whatever" not in str(stored_rows(data_dir, "mpfs-gpci", "2025").row(0))


@pytest.mark.parametrize("column", ["2025 PE GPCI", "Medicare Administrative Contractor (MAC)", "State"])
def test_a_missing_column_is_refused(imported, releases, downloads, column: str) -> None:
    (line,) = imported(files.put(downloads, files.GPCI_NAME, files.gpci(drop=column)))
    assert line["state"] == "refused"
    assert "missing" in line["reason"] or "content is not one" in line["reason"]
    assert releases() == {}


def test_a_few_bad_rows_are_counted_and_kept_with_their_line(imported, data_dir, downloads) -> None:
    lines = files.gpci(rows=100).splitlines()
    lines[5] = lines[5].replace("AL", "Alabama")
    (line,) = imported(files.put(downloads, files.GPCI_NAME, "\n".join(lines)))
    assert (line["accepted"], line["rows"], line["rejected"]) == (True, 99, 1)
    found = Catalogue(data_dir).find("mpfs-gpci", "2025")
    assert found is not None
    (reject,) = found.parts["csv"].rejects
    assert (reject["line"], "state" in reject["reason"]) == (6, True)


def test_many_bad_rows_refuse_the_file_with_the_first_of_them(imported, releases, downloads) -> None:
    lines = files.gpci(rows=100).splitlines()
    bad = [line.replace("AL", "Alabama") if 20 <= n < 60 else line for n, line in enumerate(lines)]
    (line,) = imported(files.put(downloads, files.GPCI_NAME, "\n".join(bad)))
    assert line["state"] == "refused"
    assert "40 rows do not parse" in line["reason"]
    assert "line 21" in line["reason"]
    assert releases() == {}


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"\xef\xbb\xbf", b"\x1a"])
def test_a_file_of_nothing_is_refused(imported: Any, downloads: Path, content: bytes) -> None:
    (line,) = imported(files.put(downloads, files.GPCI_NAME, content))
    assert line["state"] == "refused"
