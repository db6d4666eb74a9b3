"""A joined kind: words find parts, parts find records. Against plain Python that looks at every record."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.index import open_dir

from searchcore.errors import BuildError
from searchcore.query import parse
from searchcore.ranges import parse_range
from searchcore.request import Request
from searchcore.whoosh_engine.known_codes import with_known_codes
from searchcore.whoosh_engine.layout import INDEX_NAME
from searchcore.whoosh_engine.writer import WhooshWriter

from ..generated import cases
from .edit_questions import CHOSEN, Found, leaves, questions
from .made_edits import COLUMNS, DAY, SCHEMA, Edit, Part, edits, frames, passes, statuses, values_of, written


@cases(150)
@given(edits(), st.data())
def test_records_and_counts_are_those_of_plain_python(rows: list[Edit], data: st.DataObject) -> None:
    standing = statuses(rows)
    with tempfile.TemporaryDirectory() as folder:
        index = written(rows, Path(folder))
        assert index.check() == len(rows)
        for _ in range(8):
            text, holds = data.draw(questions)
            chosen = data.draw(st.lists(st.sampled_from(CHOSEN), max_size=3).map(dict))
            request = Request(
                text, "ptp_edit", tuple(chosen.items()), DAY, "code", per_page=100, all_words=True
            )
            found = index.search(request)
            matching = [
                (row, status)
                for row, status in zip(rows, standing, strict=True)
                if status is not None and holds(row)
            ]
            kept = [
                (row, status)
                for row, status in matching
                if all(passes(row, status, *each) for each in chosen.items())
            ]
            assert found.total == len(kept), text
            shown = [(hit.record.code, hit.record.system, hit.record.valid_from) for hit in found.hits]
            wanted = sorted((row.code, row.system, row.valid_from) for row, _ in kept)
            assert shown == wanted
            for facet in SCHEMA.facets:
                others = {name: values for name, values in chosen.items() if name != facet}
                counted = Counter(
                    values_of(row, status, facet)
                    for row, status in matching
                    if all(passes(row, status, *each) for each in others.items())
                )
                shown_counts = {k: n for k, n in found.counts[facet].items() if n and parse_range(k) is None}
                assert shown_counts == counted, (text, facet)
        index.close()


@cases(60)
@given(edits(), leaves())
def test_stock_whoosh_runs_the_join(rows: list[Edit], leaf: tuple[str, Found]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = written(rows, Path(folder))
        context = index._context
        node = with_known_codes(parse(leaf[0], SCHEMA.text).node, context.columns)
        wanted = context.translator(context.switches(Request(kind="ptp_edit"))).query(node)
        fast = context.executor.run(wanted)
        searcher = open_dir(folder, indexname=INDEX_NAME).searcher()
        slow = sorted((hit.docnum, hit.score) for hit in searcher.search(wanted, limit=None))
        assert [doc for doc, _ in slow] == fast.docs.tolist()
        assert np.allclose([score for _, score in slow], fast.scores, atol=1e-9)
        assert [doc for doc, _ in slow] == [place for place, row in enumerate(rows) if leaf[1](row)]
        index.close()


def test_a_record_says_what_it_names_and_where_it_stands(tmp_path: Path) -> None:
    part = Part("10001", ("knee scope",), "limbs")
    row = Edit("PTPPRA", (part, Part("10002", (), None), Part("Other", (), None)), None, DAY, "1")
    index = written([row], tmp_path)
    (hit,) = index.search(Request("knee", "ptp_edit", as_of=DAY)).hits
    assert (hit.record.code, hit.record.title) == ("10001/10002", "10001 / 10002")
    assert hit.record.origins == {"title": "made/1#7"}
    assert hit.record.releases == ("made/1",)
    fields = hit.record.fields
    assert [fields[column] for column in COLUMNS] == ["10001", "10002", "Other"]
    assert (fields["column_1_family"], fields["column_2_family"]) == ("limbs", None)
    assert [record.code for record in index.versions("10001/10002", None, DAY)] == ["10001/10002"]
    assert not index.versions("10001", None, DAY)


def test_a_value_that_a_facet_has_not_is_searched_in_the_texts_of_parts(tmp_path: Path) -> None:
    knee, hip, other = (
        Part("10001", ("knee scope",), None),
        Part("10002", ("hip",), None),
        Part("O", (), None),
    )
    rows = [Edit("PTPPRA", (one, one, other), None, None, "1") for one in (knee, hip)]
    found = written(rows, tmp_path).search(Request("indicator:knee", "ptp_edit", as_of=DAY))
    assert [hit.record.code for hit in found.hits] == ["10001/10001"]
    assert any("was searched as words" in note for note in found.notes)


def test_parts_out_of_order_are_refused(tmp_path: Path) -> None:
    row = Edit(
        "PTPPRA", (Part("10001", (), None), Part("10002", (), None), Part("Other", (), None)), None, None, "1"
    )
    records, parts = frames([row])
    with pytest.raises(BuildError, match="order of their names"):
        WhooshWriter(rules=()).write(SCHEMA, records, tmp_path, lambda _done, _total: None, parts.reverse())
