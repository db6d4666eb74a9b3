"""References to ICD-10-CM codes inside text, in stored form.

`E10.-` becomes `E10-` (all codes below), `A00-B99` stays a range whose ends include all below them, `F01.5`
becomes `F015`. A condition in words, as in "(T36-T50 with fifth or sixth character 5)", stays in the text
only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_CATEGORY = r"[A-Z](?:\d[0-9A-Z]|A\d)"
_CODE = rf"{_CATEGORY}(?:\.[0-9A-Z]{{1,4}})?"
# Between the ends of a range: A00-A09, O10.-O16.-, G31 - G32, S06.1- to S06.6-; but "I69.81- I69.91-", with
# the blank after the dash only, is how a lost comma looks too: those ends are taken one by one.
_BETWEEN = r"(?:\.?-{1,2}|\.?-?\s+-\s*|\.?-?\s+to\s+)"
_REFERENCE = re.compile(
    rf"(?<![0-9A-Za-z.])(?P<first>{_CODE})(?:{_BETWEEN}(?P<last>{_CODE}))?(?P<below>\.?-)?(?![0-9A-Za-z])"
)
_PARENTHESES = re.compile(r"\(([^()]*)\)")
# Outside parentheses a bare category is a reference only after one of these: not the B12 of "vitamin B12".
_LEADS_IN = re.compile(
    r"(?:\b(?:categor(?:y|ies)|subcategor(?:y|ies)|codes?|in|to|from|under|and|or|except|as)|,)\s*$",
    re.IGNORECASE,
)
_STORED = re.compile(rf"^{_CATEGORY}[0-9A-Z]{{0,4}}(?:-(?:{_CATEGORY}[0-9A-Z]{{0,4}})?)?$")
_MAYBE = re.compile(_CATEGORY)


def note_references(text: str) -> list[str]:
    """Return the references in a note's parentheses; where there are none, those in its sentence."""
    if not _MAYBE.search(text):
        return []
    inside = _unique(found for part in _PARENTHESES.findall(text) for found in _references(part))
    return inside or _unique(_references(text, cautious=True))


def listed_references(text: str) -> list[str]:
    """Return all references of a text that is a list of codes, such as "G56.01 and G56.02"."""
    return _unique(_references(text))


def stored_reference(text: str) -> str | None:
    """Return one reference in stored form; None if the text is anything else."""
    bare = re.sub(r"[.\s]", "", text).upper()
    return bare if _STORED.match(bare) else None


def _references(text: str, *, cautious: bool = False) -> Iterator[str]:
    for match in _REFERENCE.finditer(text):
        if cautious and match.end() - match.start() == 3 and not _LEADS_IN.search(text[: match.start()]):
            continue
        first = match["first"].replace(".", "")
        if match["last"]:
            yield f"{first}-{match['last'].replace('.', '')}"
        else:
            yield f"{first}-" if match["below"] else first


def _unique(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))
