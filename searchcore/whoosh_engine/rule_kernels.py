"""The compiled kernel that finds phrases in analysed texts; see `kernels`. Only a build uses it."""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled


@compiled(
    "int64(int32[::1], int64[::1], int64[::1], int64[::1], int32[::1], int64[::1], int64[::1], int64[::1])"
)
def find_phrases(flat, bounds, firsts, order, words, ends, out_texts, out_phrases):  # type: ignore[no-untyped-def]
    """Find which phrases stand in which texts, each once a text.

    Args:
        flat, bounds: the terms of all texts, and where those of each text begin and the last ones end.
        firsts: for each term where the phrases that begin with it stand in `order`, and where the last end.
        order: the phrases by their first term.
        words, ends: the terms of all phrases, and where those of each end.
        out_texts, out_phrases: filled as far as they reach, by text.

    Returns:
        The number of pairs, also of those that had no room.
    """
    count = 0
    last = np.full(ends.shape[0], -1, np.int64)
    for text in range(bounds.shape[0] - 1):
        end = bounds[text + 1]
        for at in range(bounds[text], end):
            term = flat[at]
            for place in range(firsts[term], firsts[term + 1]):
                phrase = order[place]
                begin = np.int64(0)
                if phrase > 0:
                    begin = ends[phrase - 1]
                size = ends[phrase] - begin
                if last[phrase] == text or at + size > end:
                    continue
                same = True
                for step in range(1, size):
                    if flat[at + step] != words[begin + step]:
                        same = False
                        break
                if same:
                    last[phrase] = text
                    if count < out_texts.shape[0]:
                        out_texts[count] = text
                        out_phrases[count] = phrase
                    count += 1
    return count
