"""Postings written block by block are those that Whoosh's own codec writes one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage

from searchcore.schema import load_kind
from searchcore.whoosh_engine.blocks import BlockCodec
from searchcore.whoosh_engine.layout import MERGED, place_field, whoosh_schema

BLOCK = 8

posting = st.tuples(
    st.integers(1, 5), st.sampled_from((0.3, 1.0, 4.0)), st.integers(1, 3), st.integers(1, 900)
)
lists = st.lists(st.lists(posting, min_size=1, max_size=4 * BLOCK), min_size=1, max_size=4)


def write(
    folder: Path, codec: Any, terms: list[list[tuple[int, float, int, int]]], *, in_blocks: bool
) -> dict[str, bytes]:
    """Write the terms into the merged field and a field of positions; return the files."""
    folder.mkdir()
    storage = FileStorage(str(folder))
    segment = W3Segment(codec, "test", segid="0")
    schema = whoosh_schema(load_kind("code"))
    writer = codec.field_writer(storage, segment)
    for name in (MERGED, place_field("title")):
        scored = name == MERGED
        writer.start_field(name, schema[name])
        for number, postings in enumerate(terms):
            ids = np.cumsum([step for step, *_ in postings])
            weights = np.array([weight if scored else 1.0 for _, weight, *_ in postings], np.float32)
            values = [] if scored else [bytes(4 * count) for _, _, count, _ in postings]
            lengths = np.array([length for *_, length in postings]) if scored else None
            writer.start_term(f"t{number}".encode())
            if in_blocks:
                writer.add_postings_of_term(ids, weights, values, lengths)
            else:
                for at in range(len(postings)):
                    value = b"" if scored else values[at]
                    length = 0 if lengths is None else int(lengths[at])
                    writer.add(int(ids[at]), float(weights[at]), value, length)
            writer.finish_term()
        writer.finish_field()
    writer.close()
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@settings(max_examples=60, deadline=None)
@given(lists)
def test_the_files_are_the_same(
    tmp_path_factory: Any, terms: list[list[tuple[int, float, int, int]]]
) -> None:
    folder = tmp_path_factory.mktemp("codec")
    blocks = write(folder / "blocks", BlockCodec(blocklimit=BLOCK), terms, in_blocks=True)
    single = write(folder / "single", W3Codec(blocklimit=BLOCK), terms, in_blocks=False)
    assert blocks == single
