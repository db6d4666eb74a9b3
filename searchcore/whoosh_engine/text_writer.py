"""Writes the text of all records: each distinct text is analysed once, whichever fields it stands in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from searchcore.errors import ConfigurationError
from searchcore.language import Rule
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.denied_writer import write_denied
from searchcore.whoosh_engine.expansions_writer import added_words, write_added
from searchcore.whoosh_engine.idle_words import ending_stems, general_stems, idle_stems
from searchcore.whoosh_engine.layout import WEIGHT_UNITS
from searchcore.whoosh_engine.postings import AnalysedTexts, Occurrences, field_postings, merged_postings
from searchcore.whoosh_engine.ranking import load_ranking
from searchcore.whoosh_engine.rule_places import RulePlaces
from searchcore.whoosh_engine.rule_words import said_words
from searchcore.whoosh_engine.said_texts import entries, joined, said_in_part, with_said
from searchcore.whoosh_engine.sections import ArraysWriter
from searchcore.whoosh_engine.segment_writer import write_merged, write_places
from searchcore.whoosh_engine.spelling_rules import load_rules as load_spelling_rules
from searchcore.whoosh_engine.text_bank import analysed
from searchcore.whoosh_engine.title_rules import load_title_rules
from searchcore.whoosh_engine.whole_texts import (
    GENERAL,
    IN_ORDER,
    SEGMENT,
    Hashes,
    by_place,
    sorts_of,
    sums,
    term_hash,
    write_whole_texts,
)
from searchcore.whoosh_engine.words import write_words

# What ends a segment of a title ("Injection, heparin sodium, per 10 units").
_ENDS, _CUT = r"[,;:()\[\]/]", "\x1f"
# Behind the name of a field: the heads of its texts.
_HEAD = "\x1fhead"


def write_text(
    file: ArraysWriter,
    schema: KindSchema,
    records: pl.DataFrame,
    step: Callable[[], None],
    rules: Sequence[Rule] = (),
) -> None:
    """Write words, postings of every text field, the merged field, and the table of whole texts.

    Args:
        file: where to.
        schema: the kind.
        records: one row a record.
        step: called twice for each text field.
        rules: the language rules.

    Raises:
        ConfigurationError: the weight of a text field cannot be kept.
    """
    units = {field.name: _units(field.name, field.weight, schema) for field in schema.text.values()}
    said = [word for rule in rules for word in said_words(rule.say)]
    columns = {name: records[name] for name in schema.text}
    heads = {f"{name}{_HEAD}": field for name, field in schema.text.items() if field.head}
    for name, field in heads.items():
        columns[name] = load_title_rules().heads(records[field.name])
    if "title" in columns:
        columns[GENERAL] = load_title_rules().plain_titles(records)
        columns[SEGMENT] = records["title"].str.replace_all(_ENDS, _CUT).str.split(_CUT)
    texts, compared = analysed(columns, said)
    found = {name: compared[name] for name in schema.text}
    for _ in schema.text:
        step()
    extra = {name: _units(field.name, field.head, schema) for name, field in heads.items()}
    # What a rule finds in a head is in the title, too. It counts but once, so that it needs both weights.
    fired_in = found | {name: compared[name] for name in heads}
    counting = units | {name: units[field.name] + extra[name] for name, field in heads.items()}
    places, count = RulePlaces(records), max(1, len(records))
    fired = added_words(texts, fired_in, counting, rules, places, count)
    added = write_added(file, fired, texts.terms, len(records))
    write_words(file, texts.surfaces)
    of_terms = np.array([term_hash(term) for term in texts.terms], np.uint64)
    _write_whole_texts(file, schema, texts, of_terms, compared, rules, places)
    if "title" in columns:
        denying = {stem for word in load_spelling_rules().negations for stem in stems(word)}
        write_denied(file, texts, of_terms, compared["title"], denying)
    merged = []
    for name in schema.text:
        postings = field_postings(texts, found.pop(name), len(records))
        write_places(file, name, texts.terms, postings, len(records))
        merged.append((postings.keys, postings.counts, units[name]))
        step()
    for name in heads:
        postings = field_postings(texts, fired_in[name], len(records))
        merged.append((postings.keys, postings.counts, extra[name]))
    shares = (
        load_title_rules().shares(records) if "title" in schema.text and "system" in records.columns else None
    )
    write_merged(file, texts.terms, *merged_postings(merged), len(records), added, shares)


def _write_whole_texts(
    file: ArraysWriter,
    schema: KindSchema,
    texts: AnalysedTexts,
    of_terms: Hashes,
    found: Mapping[str, Occurrences],
    rules: Sequence[Rule],
    places: RulePlaces,
) -> None:
    """Write which records have which texts, each by the hashes of its words, and what rules say for them."""
    sorts = sorts_of(schema)
    least = load_ranking().whole.said_from
    own, said = [], []
    if "title" in found:
        titles, idle = found["title"], idle_stems() | general_stems()
        in_order = _TextHashes(texts, of_terms, titles.texts).in_order()
        own.append(entries(in_order, titles.records, sorts.index(IN_ORDER)))
        for named in (titles, found[GENERAL]):
            general = _TextHashes(texts, of_terms, named.texts).without(idle)
            own.append(entries(general, named.records, sorts.index(GENERAL)))
            in_part = said_in_part(texts, named, general, rules, places, least)
            said.append(entries(*in_part, sorts.index(GENERAL) + len(sorts)))
    for name in sorts[2:] if "title" in found else ():
        any_order = _TextHashes(texts, of_terms, found[name].texts)
        for left_out in (idle_stems(), idle_stems() | general_stems()):
            own.append(entries(any_order.without(left_out), found[name].records, sorts.index(name)))
    whole = with_said(joined(own), rules, places, len(sorts), least)
    write_whole_texts(file, *joined([whole, *said]))


class _TextHashes:
    """The distinct terms of some texts in their order; a repeated one counts where it first stands."""

    def __init__(self, texts: AnalysedTexts, hashes: Hashes, numbers: npt.NDArray[np.int64]) -> None:
        distinct, self._place = np.unique(numbers, return_inverse=True)
        terms, lengths = texts.expand(distinct)
        owners = np.repeat(np.arange(len(distinct)), lengths)
        first = np.zeros(len(terms), np.bool_)
        first[np.unique(owners * (len(texts.terms) + 1) + terms, return_index=True)[1]] = True
        self._terms, self._owners, self._count = terms[first], owners[first], len(distinct)
        self._names = texts.terms
        self._hashes = hashes

    def in_order(self) -> Hashes:
        """Return a hash of the terms of each text in their order."""
        hashes = by_place(self._hashes[self._terms], self._owners)
        return sums(hashes, self._owners, self._count)[self._place]

    def without(self, left_out: Collection[str]) -> Hashes:
        """Return a hash of the terms of each text in any order, some left out; hepatitis A keeps its end."""
        out = np.array([name in left_out for name in self._names], np.bool_)
        stays = np.array([name in ending_stems() for name in self._names], np.bool_)
        last = np.append(self._owners[1:] != self._owners[:-1], True)[: len(self._terms)]
        kept = ~out[self._terms] | (last & stays[self._terms])
        return sums(self._hashes[self._terms[kept]], self._owners[kept], self._count)[self._place]


def _units(name: str, weight: float, schema: KindSchema) -> int:
    """Return a weight of a field in the units in which weights are kept."""
    units = round(weight * WEIGHT_UNITS)
    if units <= 0 or abs(units - weight * WEIGHT_UNITS) > 1e-6:
        raise ConfigurationError(
            f"the weight of text.{name} is {weight}",
            where=str(schema.source),
            mend=f"use a multiple of {1 / WEIGHT_UNITS}",
        )
    return units
