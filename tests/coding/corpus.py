"""A small synthetic corpus with one example of each rule that a record's page must keep."""

from __future__ import annotations

from typing import Any

from tests.linking.inputs import Tables, day, hcpcs, order

ADDED = day("2001-01-01")


def _node(node: str, parent: str | None, kind: str = "diag") -> dict[str, Any]:
    code = node if kind == "diag" else None
    return {"node": node, "node_type": kind, "code": code, "parent": parent, "title": f"synthetic {node}"}


NODES = [
    _node("ch:1", None, "chapter"),
    _node("sec:A00-A09", "ch:1", "section"),
    _node("A00", "sec:A00-A09"),
    _node("A001", "A00"),
    _node("A002", "A00"),
    _node("A003", "A00"),
]


def _note(node: str, kind: str, text: str) -> dict[str, Any]:
    return {"node": node, "note_type": kind, "text": text}


NOTES = [
    _note("ch:1", "excludes2", "may stand beside it"),
    _note("sec:A00-A09", "excludes1", "something else"),
    _note("A00", "codeFirst", "what lies under it"),
    _note("A00", "inclusionTerm", "name of the category"),
    _note("A001", "inclusionTerm", "name of the code"),
    _note("A001", "useAdditionalCode", "what goes with it"),
]
GONE = _note("A001", "excludes1", "a note that the next release drops")


def _seventh(node: str, *pairs: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"node": node, "char": char, "meaning": meaning} for char, meaning in pairs]


SEVENTH = [
    *_seventh("A00", ("A", "initial"), ("D", "subsequent"), ("S", "sequela")),
    *_seventh("A002", ("1", "right"), ("2", "left")),
]

_FY2025 = [
    order("A00", billable=False),
    order("A001", billable=False),
    order("A001XXA"),
    order("A001XXD"),
    order("A001XXS"),
    order("A002", billable=False),
    order("A002XX1"),
    order("A003"),
    order("A004"),
    order("J0120"),
]
_FY2026 = [
    *[row for row in _FY2025 if row["code"] not in ("A003", "A004", "A001XXS")],
    order("A003", billable=False),
    order("A0031"),
    order("A0032"),
]


def _label(row: int, position: int, value: str, label: str) -> dict[str, Any]:
    return {
        "row": row,
        "table": "0AB",
        "position": position,
        "value": value,
        "axis": f"axis {position}",
        "label": label,
    }


# In row 20 the value 0 of character 7 means something else than in row 10.
LABELS = [
    _label(1, 1, "0", "section"),
    _label(1, 2, "A", "system"),
    _label(1, 3, "B", "operation"),
    *(_label(10, p, v, f"{v} in both rows") for p, v in ((4, "1"), (5, "0"), (6, "Z"))),
    _label(10, 7, "0", "meaning of the first row"),
    *(_label(20, p, v, f"{v} in both rows") for p, v in ((5, "0"), (6, "Z"))),
    _label(20, 4, "2", "2 in the second row"),
    _label(20, 7, "0", "meaning of the second row"),
]
ROWS = [
    {"row": 10, "table": "0AB", "codes": 1, "axes": "1/0/Z/0"},
    {"row": 20, "table": "0AB", "codes": 1, "axes": "2/0/Z/0"},
]


def _pcs(code: str) -> dict[str, Any]:
    return {"system": "ICD10PCS", "code": code, "billable": len(code) == 7, "title": f"synthetic {code}"}


def _edit(first: str, second: str, indicator: str = "1", **fields: Any) -> dict[str, Any]:
    return {
        "column_1": first,
        "column_2": second,
        "indicator": indicator,
        "rationale": "New reason",
        **fields,
    }


def _gem(target: str, **fields: Any) -> dict[str, Any]:
    plain = {"approximate": True, "no_map": False, "combination": False, "scenario": 0, "choice": 0}
    return {"source": "A001XXA", "target": target, **plain, **fields}


def _gem9(source: str, target: str, scenario: int = 0, choice: int = 0, **fields: Any) -> dict[str, Any]:
    cluster = {"combination": scenario > 0, "scenario": scenario, "choice": choice}
    return {"source": source, "target": target, "approximate": True, "no_map": False, **cluster, **fields}


def _mue(code: str, value: int, basis: str) -> dict[str, Any]:
    return {"code": code, "value": value, "basis": basis, "rationale": "CMS Policy"}


def _rvu(code: str, status: str, modifier: str = "", **fields: Any) -> dict[str, Any]:
    return {"code": code, "modifier": modifier, "status": status, "global_days": "XXX", **fields}


CORPUS: dict[str, dict[str, Tables]] = {
    "icd10cm-order": {"FY2025": {"icd_order": _FY2025}, "FY2026": {"icd_order": _FY2026}},
    "icd10cm-tabular": {
        "FY2025-April": {"icd_nodes": NODES, "icd_notes": [*NOTES, GONE], "icd_seventh": SEVENTH},
        "FY2026-April": {"icd_nodes": NODES, "icd_notes": NOTES, "icd_seventh": SEVENTH},
    },
    "icd10cm-conversion": {
        "FY2026": {
            "icd_conversion": [
                {"code": "A0031", "effective": day("2025-10-01"), "previous": ["A003"]},
                {"code": "A0032", "effective": day("2025-10-01"), "previous": ["A003"]},
            ]
        }
    },
    "icd10cm-index": {"FY2026": {"icd_index": [{"path": "false", "code": "A001XXA"}]}},
    "icd10pcs-order": {"FY2026": {"icd_order": [_pcs(c) for c in ("0AB", "0AB10Z0", "0AB20Z0", "0AB30Z0")]}},
    "icd10pcs-tables": {"FY2026": {"pcs_rows": ROWS, "pcs_labels": LABELS}},
    "gem-cm-10to9": {
        "2018": {
            "gem": [
                _gem("0011", combination=True, scenario=1, choice=1),
                _gem("0012", combination=True, scenario=1, choice=2),
                _gem("NoDx", no_map=True),
            ]
        }
    },
    "gem-cm-9to10": {
        "2018": {
            "gem": [
                _gem9("0031", "A001XXA"),
                _gem9("0031", "A004"),
                _gem9("0032", "A001XXA", 1, 1),
                _gem9("0032", "A001XXD", 1, 1),
                _gem9("0032", "A0031", 1, 2),
                _gem9("0032", "A0032", 2, 1),
                _gem9("0032", "A002XX1", 2, 2),
                _gem9("0033", "NoDx", no_map=True),
                _gem9("11000", "A0032", approximate=False),
                _gem9("V010", "A0031"),
            ]
        }
    },
    "icd9cm-titles": {
        "2014": {
            "icd9_titles": [
                {"code_type": "dx", "code": "0011", "title": "synthetic old"},
                {"code_type": "diagnosis", "code": "0031", "title": "synthetic ninth"},
                {"code_type": "procedure", "code": "0031", "title": "synthetic ninth procedure"},
            ]
        }
    },
    "hcpcs": {
        "2024Q3": {
            "hcpcs": [
                hcpcs("J0120", added=ADDED, dose_quantity=15.0, dose_unit="mg"),
                hcpcs("J1010", added=ADDED),
                hcpcs("J1030", added=ADDED, terminated=day("2024-03-31"), xref=["J0120"]),
                hcpcs("G0001", added=ADDED),
                hcpcs("G0002", added=ADDED),
            ]
        }
    },
    "ncci-mue-practitioner": {
        "2024Q3": {"mue": [_mue("G0001", 3, "3"), _mue("G0002", 0, "2")]},
        "2025Q1": {"mue": [_mue("G0002", 1, "2")]},
    },
    "mpfs-rvu": {
        "2025Q4": {
            "rvu": [
                _rvu("G0001", "J", work=0.0, total_facility=0.0, total_nonfacility=0.0),
                _rvu("G0002", "A", work=1.5, total_facility=2.0, total_nonfacility=2.5),
                _rvu("G0002", "A", "26", work=1.0),
                _rvu("11000", "A", work=1.0),
            ]
        }
    },
    "ncci-aoc": {
        "2026Q2": {
            "aoc": [
                {"edit_type": "1", "add_on": "G0002", "primary": "11000", "effective": day("2013-04-01")},
                {
                    "edit_type": "1",
                    "add_on": "G0002",
                    "primary": "11001",
                    "effective": day("2024-10-01"),
                    "deletion": day("2024-10-01"),
                },
                {
                    "edit_type": "1",
                    "add_on": "G0002",
                    "primary": "11002",
                    "effective": day("2013-04-01"),
                    "deletion": day("2020-12-31"),
                },
                {"edit_type": "2", "add_on": "G0002", "primary": "CCCCC", "effective": day("2027-01-01")},
            ]
        }
    },
    "ncci-ptp-practitioner": {
        "2024Q3": {
            "ptp": [
                _edit("11000", "G0001"),
                _edit("G0001", "11000", "0"),
                _edit("11000", "30000", "9", deletion=day("2014-01-01")),
                _edit("11000", "G0002", "0", deletion=day("2019-12-31")),
                _edit("11000", "G0002", "1"),
            ]
        }
    },
    "ncci-ptp-hospital": {"2024Q3": {"ptp": [_edit("G0001", "G0002", deletion=day("2020-12-31"))]}},
    "mcd": {
        "2025": {
            "mcd_documents": [
                {"document": "A50001", "doc_type": "Article", "version": "2", "title": "synthetic article"}
            ],
            "mcd_codes": [
                {"document": "A50001", "version": "2", "system": "HCPCS", "code": "G0001", "role": "listed"},
                {"document": "A50001", "version": "1", "system": "HCPCS", "code": "G0002", "role": "listed"},
                {
                    "document": "A50001",
                    "version": "2",
                    "system": "ICD10CM",
                    "code": "A001XXA",
                    "role": "covered",
                },
            ],
            "mcd_groups": [
                {
                    "document": "A50001",
                    "version": "2",
                    "role": "covered",
                    "group": "1",
                    "paragraph": "read this",
                }
            ],
            "mcd_related": [{"document": "A50001", "version": "2", "related": "L30001"}],
        }
    },
}
