"""Pages on the agencies' files: the stories that a user would check first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coding.describe import describe
from coding.detail import Detail
from searchcore.library import Library
from searchcore.request import Request
from tests.linking.inputs import day
from tests.real_files import order_file, tree, xml_root

from .pages import NOW, section

pytestmark = pytest.mark.realdata


def page(library: Library, code: str, when: str = NOW, system: str | None = None) -> Detail:
    (found,) = describe(library, code, kind="code", system=system, as_of=day(when))
    return found


def test_90862_is_answered_at_first_sight(full_library: Library) -> None:
    found = full_library.search(Request("90862", as_of=day(NOW)))
    first = found.hits[0]
    assert (first.exact, first.record.status, first.record.title) == (True, "deleted", None)
    assert str(first.record.valid_to) == "2012-12-31"
    targets = {(s.code, s.to): s.condition for s in first.successors}
    wanted = {
        ("99202", "99205"),
        ("99212", "99215"),
        ("90833", None),
        ("90836", None),
        ("90838", None),
        ("90863", None),
    }
    assert wanted <= set(targets)
    assert all(targets.values()), "each under its condition"
    shown = page(full_library, "90862")
    assert shown.headline[0] == "Deleted since 2013-01-01; the last usable day was 2012-12-31."
    assert shown.successors == first.successors
    assert page(full_library, "90862", "2012-12-31").record.status == "active"


def test_j1030_leads_to_j1010_and_says_that_the_unit_changed(full_library: Library) -> None:
    found = page(full_library, "J1030")
    assert (found.record.status, str(found.record.valid_to)) == ("deleted", "2024-03-31")
    assert [s.code for s in found.successors] == ["J1010"]
    assert any("unit changed" in line for line in found.headline)


def test_g35_is_billable_until_2025_09_30_and_a_header_after(full_library: Library) -> None:
    before, after = page(full_library, "G35", "2025-09-30"), page(full_library, "G35", "2025-10-01")
    assert (before.record.status, before.record.fields["billable"], before.successors) == (
        "active",
        "yes",
        (),
    )
    assert (after.record.status, after.record.fields["billable"]) == ("header", "no")
    assert {s.code for s in after.successors} >= {"G35A", "G35D"}
    assert {link.code for link in after.completions} >= {"G35A", "G35D"}
    assert before.completions == ()


def test_e119_is_carried_forward_and_unknown_before_the_oldest_release(full_library: Library) -> None:
    now, then = page(full_library, "E11.9"), page(full_library, "E11.9", "2016-01-01")
    assert (now.record.status, now.carried_forward) == ("active", "FY2026")
    assert (then.record.status, then.record.start) == ("unknown", "on_or_before")


def test_only_completions_of_the_order_file_are_offered(full_library: Library) -> None:
    found = page(full_library, "S06.1X7")
    assert [link.code for link in found.completions] == ["S061X7A"]
    gives = {row[0]: row[2] for row in section(found, "seventh_character")}
    assert gives == {"A": "S06.1X7A", "D": "does not exist", "S": "does not exist"}


@pytest.fixture(scope="module")
def tabular(shared_data: Path) -> dict[str, tuple[Any, list[str]]]:
    """Node to its element and the nodes above it, from the newest tabular list."""
    root = xml_root(shared_data / "icd10cm" / "FY2026-April-1" / "icd10c-tabular-April-1-2026.xml.gz")
    return {node: (element, above) for node, element, above in tree(root)}


def test_the_nearest_7th_characters_win_on_every_overridden_code(
    full_library: Library, tabular: dict[str, tuple[Any, list[str]]]
) -> None:
    chars = {
        node: [extension.get("char") for extension in element.findall("sevenChrDef/extension")]
        for node, (element, _) in tabular.items()
    }
    overridden = {}
    for node, (element, above) in tabular.items():
        defining = [each for each in (*above, node) if chars[each]]
        if element.tag == "diag" and element.find("diag") is None and len(defining) > 1:
            overridden[node] = defining[-1]
    assert len(overridden) == 80
    for node, nearest in overridden.items():
        found = section(page(full_library, node, system="ICD10CM"), "seventh_character")
        assert [row[0] for row in found] == chars[nearest], node


NOTES = {
    "includes",
    "inclusionTerm",
    "excludes1",
    "excludes2",
    "codeFirst",
    "useAdditionalCode",
    "codeAlso",
    "notes",
    "sevenChrNote",
    "sevenChrDef",
    "visualImpairment",
}


@pytest.mark.parametrize("code", ["E119", "E1122", "S72001A", "O9A111", "I10", "C4A0", "T360X1A"])
def test_notes_are_inherited_from_every_node_above(
    code: str, full_library: Library, tabular: dict[str, tuple[Any, list[str]]]
) -> None:
    own = next(code[:n] for n in range(len(code), 2, -1) if code[:n] in tabular)
    wanted = set()
    for node in (own, *tabular[own][1]):
        for group in tabular[node][0]:
            if group.tag in NOTES and (node == own or group.tag != "inclusionTerm"):
                wanted |= {" ".join("".join(n.itertext()).split()) for n in group.findall("note")}
    found = {" ".join(text.split()) for _, text, _ in section(page(full_library, code), "notes")}
    assert found == wanted
    assert any(at not in ("here",) for _, _, at in section(page(full_library, code), "notes"))


def test_a_procedure_character_means_what_one_table_row_says(full_library: Library) -> None:
    """In table 0RG the last character differs in meaning from row to row."""
    rows = {row["row"]: row for row in full_library.facts.rows("pcs_rows")}
    meanings: dict[tuple[str, int, str], set[str]] = {}
    for label in full_library.facts.rows("pcs_labels"):
        meanings.setdefault((label["table"], label["position"], label["value"]), set()).add(label["label"])
    double = sorted(key for key, labels in meanings.items() if len(labels) > 1)
    assert double, "the tables have values with two meanings"
    checked = 0
    for table, position, value in double[:40]:
        for row in (row for row in rows.values() if row["table"] == table):
            axes = row["axes"].split("/")
            if value not in axes[position - 4]:
                continue
            ends = [axis[0] for axis in axes]
            ends[position - 4] = value
            code = table + "".join(ends)
            if not full_library.facts.rows("node", system="ICD10PCS", code=code):
                continue
            wanted = {
                label["label"]
                for label in full_library.facts.rows("pcs_labels", table=table)
                if (label["row"], label["position"], label["value"]) == (row["row"], position, value)
            }
            shown = {r[3] for r in section(page(full_library, code), "axes") if r[0] == str(position)}
            assert shown == wanted and len(shown) == 1, code
            checked += 1
    assert checked > 5


def test_ended_codes_are_neither_children_in_force_nor_completions(
    full_library: Library, shared_data: Path
) -> None:
    old = order_file(shared_data / "icd10cm" / "FY2025" / "ICD10-CM Code Descriptions 2025.zip")
    new = order_file(shared_data / "icd10cm" / "FY2026" / "icd10cm-Code Descriptions-2026.zip")
    gone = sorted(set(old["code"]) - set(new["code"]))
    assert len(gone) == 12
    known = {*old["code"], *new["code"]}
    for code in gone:
        assert page(full_library, code).record.status == "deleted"
        parent = code[: len(code) - 1]
        while parent not in known:
            parent = parent[:-1]
        above = page(full_library, parent)
        assert code not in {link.code for link in above.completions}
        assert {link.status for link in above.children if link.code == code} <= {"deleted"}
