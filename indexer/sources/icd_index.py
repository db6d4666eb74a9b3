"""Reader of the ICD-10-CM index, external-cause index, drug table and neoplasm table.

XML has the root `ICD10CM.index`; a data row is a `mainTerm` or `term` element. The drug table also comes as
csv, where a data row is a line with a substance. The first title or table heading shows which of the four a
file is; the option `heading` says what that must contain.

Rows of `icd_index` are one per code: `path` is the chain of terms from the main term down, joined with ", ",
non-essential modifiers in parentheses as printed; `code` is in stored form, with a trailing dash where
characters are to be added (`K25-`). `see` repeats the printed directions ("see Pain, abdominal", "see also
...", "see category M01"); a term with directions but without a code gives one row without a code. Cells of
the tables carry their `column`; a dash in a cell means that there is no code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from indexer.sources.base import Member, Reading, Release
from indexer.sources.fiscal import fiscal_release
from indexer.sources.icd_index_rows import IndexRows
from indexer.sources.icd_index_sheet import heading_row, read_sheet
from indexer.sources.xmlunits import collection_paused, root_name, units, version_year
from indexer.tables import table_of

_ROOT = "ICD10CM.index"
_HEADING = re.compile(r"<(?:title|head\s+col=\"1\")[^>]*>([^<]*)<")


class IndexReader:
    """Reads one of the four.

    Options: `heading` (words of its heading), `columns` (of a table, in order), `csv` (it comes as csv too).
    """

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell whether root element (or csv heading row) and heading are those of the file asked for."""
        if root_name(member.head_text) == _ROOT:
            found = _HEADING.search(member.head_text)
            heading = found[1] if found else ""
        else:
            row = heading_row(member) if options.get("csv") else None
            heading = row[0] if row else ""
        return re.search(options["heading"], heading, re.IGNORECASE) is not None

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the release that `version` element and name give; of two forms, the part is xml or csv."""
        form = _form(member)
        said = version_year(member.head_text) if form == "xml" else None
        return fiscal_release(member, said, part=form if options.get("csv") else "")

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all terms; `checks` counts main terms and codes."""
        rows = IndexRows(list(options.get("columns", ())))
        if _form(member) == "csv":
            read_sheet(member, rows)
        else:
            _read_xml(member, rows)
        frame = table_of("icd_index", rows.table)
        checks = {"main_terms": rows.main_terms, "codes": frame.height - frame["code"].null_count()}
        return Reading({"icd_index": frame}, rows.read, rows.rejects, checks)


def _form(member: Member) -> str:
    return "xml" if root_name(member.head_text) == _ROOT else "csv"


def _read_xml(member: Member, rows: IndexRows) -> None:
    with collection_paused():
        for term in units(member, "mainTerm"):
            rows.main_terms += 1
            rows.add_term(term, above="")
    if not rows.main_terms:
        raise member.error("the index has no <mainTerm>", mend="download the file again")


READER = IndexReader()
