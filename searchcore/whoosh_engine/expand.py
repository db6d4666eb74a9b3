"""Which terms of a field a query means that stands for several: prefix, pattern, range, similar words."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from whoosh import query

from searchcore.whoosh_engine import term_kernels
from searchcore.whoosh_engine.sorted_texts import SortedTexts
from searchcore.whoosh_engine.terms import FieldPostings, Ints

_HIGHEST = b"\xff\xff\xff\xff"  # as in Whoosh's TermRange


def encoded(text: str | bytes) -> bytes:
    """Return a term as the index keeps it; one that UTF-8 cannot hold becomes one that no index has."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def character(char: str) -> int:
    """Return the number that stands for a character in the kernels over terms: its bytes in UTF-8."""
    return int.from_bytes(encoded(char))


def expanded(wanted: Any, postings: FieldPostings, searcher: Callable[[], Any]) -> Ints:
    """Return the numbers of the terms that a `MultiTerm` of Whoosh stands for, ascending.

    Args:
        wanted: the query.
        postings: of its field.
        searcher: returns a Whoosh searcher, whose reader is asked where this module does not know the class.
    """
    if type(wanted) is query.Prefix:
        return np.arange(*postings.with_prefix(encoded(wanted.text)))
    if type(wanted) is query.TermRange:
        return _between(wanted, postings)
    if type(wanted) is query.FuzzyTerm:
        return _similar(wanted, postings)
    if type(wanted) is query.Wildcard:
        return terms_like(wanted.text, postings)
    numbers = {postings.number(encoded(text)) for _, text in wanted.expanded_terms(searcher().reader())}
    return np.array(sorted(numbers - {-1}), np.int64)


def every_term(postings: FieldPostings) -> Ints:
    """Return the numbers of all terms of a field."""
    return np.arange(len(postings))


def _between(wanted: Any, postings: FieldPostings) -> Ints:
    begin = encoded(wanted.start or b"")
    end = _HIGHEST if wanted.end is None else encoded(wanted.end)
    first = postings.first_at_least(begin + b"\0" if wanted.startexcl else begin)
    return np.arange(first, postings.first_at_least(end if wanted.endexcl else end + b"\0"))


def _similar(wanted: Any, postings: FieldPostings) -> Ints:
    """Return the terms within a Levenshtein distance behind a common prefix.

    A prefix length beyond the word itself, by which Whoosh fails, means the whole word.
    """
    most = int(wanted.maxdist)
    prefix = encoded(wanted.text[: max(0, wanted.prefixlength)])
    rest = encoded(wanted.text)[len(prefix) :].decode("utf-8", "surrogatepass")
    first, last = postings.with_prefix(prefix)
    if most < 0 or first == last or len(rest) > postings.longest + most:
        return np.zeros(0, np.int64)
    out = np.empty(last - first, np.int64)
    chars = np.array([character(char) for char in rest], np.int64)
    count = term_kernels.near(
        postings.terms, postings.term_ends, first, last, len(prefix), chars, most, postings.longest, out
    )
    return out[:count]


def terms_like(pattern: str, postings: SortedTexts) -> Ints:
    """Return the terms that match a pattern of `fnmatch`."""
    steps, exact = _steps(pattern)
    literal = next((place for place, step in enumerate(steps) if step < 0), len(steps))
    prefix = encoded(pattern[:literal])
    first, last = postings.with_prefix(prefix)
    out = np.empty(last - first, np.int64)
    rest = np.array(steps[literal:], np.int64)
    count = term_kernels.like(postings.terms, postings.term_ends, first, last, len(prefix), rest, out)
    if exact:
        return out[:count]
    matches = re.compile(fnmatch.translate(pattern)).match
    return np.array(
        [number for number in out[:count].tolist() if matches(postings.term(number).decode())], np.int64
    )


def _steps(pattern: str) -> tuple[list[int], bool]:
    """Return a pattern for the kernel, and whether that is all: a set of characters becomes any character."""
    steps: list[int] = []
    exact = True
    at = 0
    while at < len(pattern):
        end = _set_end(pattern, at) if pattern[at] == "[" else at
        if end > at:
            exact = False
            steps.append(term_kernels.ANY)
        elif pattern[at] == "*":
            steps.append(term_kernels.MANY)
        else:
            steps.append(term_kernels.ANY if pattern[at] == "?" else character(pattern[at]))
        at = end + 1
    return steps, exact


def _set_end(pattern: str, begin: int) -> int:
    """Return where the set that begins here has its `]`, or `begin` if it has none; the rule of `fnmatch`."""
    at = begin + 1
    if pattern[at : at + 1] == "!":
        at += 1
    if pattern[at : at + 1] == "]":
        at += 1
    end = pattern.find("]", at)
    return end if end >= 0 else begin
