"""Writes which titles deny which words ("non-insulin", "without bleeding"); part of a build.

denied_hashes    of each word that a title has only right behind one that denies it, the hash of its stem
                 (`whole_texts.term_hash`), ascending
denied_records   the records, ascending for each word
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from searchcore.whoosh_engine.postings import AnalysedTexts, Occurrences
from searchcore.whoosh_engine.sections import ArraysWriter
from searchcore.whoosh_engine.whole_texts import Hashes


def write_denied(
    file: ArraysWriter,
    texts: AnalysedTexts,
    hashes: Hashes,
    titles: Occurrences,
    negations: Collection[str],
) -> None:
    """Write the table.

    Args:
        file: where to.
        texts: all texts.
        hashes: of all terms.
        titles: which texts are titles, each of one record.
        negations: stems of the words that deny.
    """
    terms, lengths = texts.expand(titles.texts)
    records = np.repeat(titles.records, lengths)
    negative = np.array([name in negations for name in texts.terms], np.bool_)[terms]
    follows = np.zeros(len(terms), np.bool_)
    follows[1:] = negative[:-1] & (records[1:] == records[:-1])
    count = int(records.max(initial=0)) + 1
    keys = terms.astype(np.int64) * count + records
    denied, times = np.unique(keys[follows & ~negative], return_counts=True)
    ordered = np.sort(keys)
    every = np.searchsorted(ordered, denied, "right") - np.searchsorted(ordered, denied)
    words, owners = np.divmod(denied[every == times], count)
    order = np.lexsort((owners, hashes[words]))
    file.add_array("denied_hashes", hashes[words][order])
    file.add_array("denied_records", owners[order].astype(np.uint32))
