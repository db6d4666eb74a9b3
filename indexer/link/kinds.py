"""All records of a build, kind by kind, from the typed tables."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from indexer.link.attributes import with_attributes
from indexer.link.coverage import coverage_records
from indexer.link.cpt import cpt_records, named_hcpcs_records
from indexer.link.edits import Joined, ptp_records
from indexer.link.former_titles import with_former_titles
from indexer.link.hcpcs import hcpcs_drug_names, hcpcs_records
from indexer.link.icd import icd_records
from indexer.link.icd_families import with_families
from indexer.link.inputs import Inputs
from indexer.link.modifiers import modifier_records
from indexer.link.ptp import EditSet, code_counts, edit_sets
from indexer.link.records import conform_records, in_order
from indexer.link.successors import all_successors
from indexer.link.texts import text_rules


@dataclass(frozen=True)
class Linked:
    """The records of every kind but `ptp_edit`, the sets of PTP edits, and what their rows say of codes."""

    code: pl.DataFrame
    modifier: pl.DataFrame
    coverage: pl.DataFrame
    edit_sets: dict[str, EditSet]
    ptp_counts: pl.DataFrame
    ptp_rows: dict[str, int]

    @property
    def newest_codes(self) -> pl.DataFrame:
        """The newest version of each code."""
        keys = [pl.col(name) for name in ("system", "code")]
        return self.code.filter(pl.any_horizontal(key.ne_missing(key.shift(-1)) for key in keys))


def link(inputs: Inputs) -> Linked:
    """Link all sources."""
    with ThreadPoolExecutor(1) as aside:
        # The edit files are read by polars, most others by the interpreter: they do not wait for each other.
        reading = aside.submit(edit_sets, inputs)
        icd, hcpcs = with_families(icd_records(inputs)), hcpcs_records(inputs)
        sets = reading.result()
    counts, totals = code_counts(sets)
    return Linked(
        _with_former_titles(_kind("code", [icd, *_billed(inputs, hcpcs, counts)]), inputs),
        _kind("modifier", [modifier_records(inputs)]),
        _kind("coverage", [coverage_records(inputs)]),
        sets,
        counts,
        totals,
    )


def edits(linked: Linked) -> Joined:
    """Return the records of kind `ptp_edit`, and the codes and rationales that they name."""
    return ptp_records(linked.edit_sets, code_texts(linked.newest_codes))


def code_texts(codes: pl.DataFrame) -> pl.DataFrame:
    """Return for each HCPCS code and CPT number the texts by which it is found, and its narrowest family."""
    texts = [pl.col(name) for name in ("title", "short_title", "description", "family")]
    several = pl.col("synonyms").fill_null(pl.lit([], pl.List(pl.String)))
    return codes.filter(pl.col("system").is_in(["HCPCS", "CPT"])).select(
        "code",
        words=pl.concat_list(*texts, several).list.drop_nulls().list.unique(maintain_order=True),
        family=pl.when(pl.col("chapter").list.len() > 1).then(pl.col("chapter").list.last()),
    )


def _billed(inputs: Inputs, hcpcs: pl.DataFrame, counts: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the records of HCPCS codes and CPT numbers, with what other files say of them."""
    known = hcpcs.select("code") if hcpcs.height else pl.DataFrame(schema={"code": pl.String})
    named = named_hcpcs_records(inputs, counts, known)
    drugs = hcpcs_drug_names(inputs)
    frames = [
        frame.join(drugs, on="code", how="left", maintain_order="left")
        for frame in (hcpcs, named)
        if frame.height
    ]
    return [
        with_attributes(frame, inputs) for frame in (*frames, cpt_records(inputs, counts)) if frame.height
    ]


def _with_former_titles(codes: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    newest = codes.unique(["system", "code"], keep="last", maintain_order=True)
    found = with_former_titles(codes, all_successors(inputs, newest), text_rules()["most_successors"])
    return conform_records("code", found)


def _kind(kind: str, frames: list[pl.DataFrame]) -> pl.DataFrame:
    conformed = [conform_records(kind, frame) for frame in _filled(frames)]
    return in_order(pl.concat(conformed)) if conformed else conform_records(kind, pl.DataFrame({"code": []}))


def _filled(frames: list[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    return (frame for frame in frames if frame.height)
