"""Misses as a table for programs (tab-separated) and as one page for people."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from html import escape

from benchmarks.relevance.misses import Miss, Named

MOST = 100
_STYLE = (
    "body{font:14px/1.45 system-ui,sans-serif;margin:2em;color-scheme:light dark}"
    "table{border-collapse:collapse}"
    "td,th{border:1px solid #8886;padding:.35em .6em;text-align:left;vertical-align:top}"
    "th{position:sticky;top:0;background:Canvas}small{opacity:.75}.lacks{font-weight:600}"
)
_HEADINGS = ("Query", "Rank", "Matches", "Cause", "The right record lacks", "Right", "Returned instead")
_FIELDS = (
    "set",
    "query",
    "kind",
    "rank",
    "matches",
    "cause",
    "lacks",
    "best right",
    "right",
    "returned",
    "notes",
)


def worst(misses: Sequence[Miss]) -> list[Miss]:
    """Sort misses: what was not found comes first, then what stands furthest down."""
    return sorted(misses, key=lambda miss: (miss.rank != 0, -miss.rank, miss.row.text))


def as_table(misses: Sequence[Miss]) -> str:
    """Return all misses, tab-separated, the worst first."""
    out = io.StringIO()
    writer = csv.writer(out, "excel-tab", lineterminator="\n")
    writer.writerow(_FIELDS)
    for miss in worst(misses):
        writer.writerow(
            (
                miss.set,
                miss.row.text,
                "title" if miss.row.is_title else "hard",
                miss.rank or "",
                miss.total,
                miss.cause,
                " ".join(miss.lacks),
                _line(miss.of) if miss.of else "",
                " | ".join(map(_line, miss.judged)),
                " | ".join(map(_line, miss.returned)),
                " | ".join(miss.notes),
            )
        )
    return out.getvalue()


def as_page(misses: Sequence[Miss]) -> str:
    """Return one HTML page with the worst misses of each set, and how many there are of each cause."""
    parts = [
        f"<!doctype html><meta charset=utf-8><title>Misses</title><style>{_STYLE}</style><h1>Misses</h1>"
    ]
    for name in dict.fromkeys(miss.set for miss in misses):
        some = worst([miss for miss in misses if miss.set == name])
        causes = Counter(miss.cause for miss in some).most_common()
        listed = "".join(f"<li>{escape(cause)}: {count}" for cause, count in causes)
        parts.append(f"<h2>{escape(name)}: the first hit is wrong for {len(some)}</h2><ul>{listed}</ul>")
        rows = "".join(map(_row, some[:MOST]))
        headings = "".join(f"<th scope=col>{heading}" for heading in _HEADINGS)
        parts.append(f"<p>The {min(MOST, len(some))} worst.</p><table><tr>{headings}</tr>{rows}</table>")
    return "\n".join(parts) + "\n"


def _row(miss: Miss) -> str:
    cells = (
        escape(miss.row.text) + "".join(f"<br><small>{escape(note)}</small>" for note in miss.notes),
        str(miss.rank or "not in 100"),
        str(miss.total),
        escape(miss.cause),
        f"<span class=lacks>{escape(' '.join(miss.lacks))}</span>"
        + (f"<br><small>{escape(_line(miss.of))}</small>" if miss.of else ""),
        _lines(miss.judged),
        _lines(miss.returned),
    )
    return "<tr>" + "".join(f"<td>{cell}" for cell in cells) + "</tr>\n"


def _line(named: Named) -> str:
    return f"{named.code} {named.title}".strip()


def _lines(named: Sequence[Named]) -> str:
    return "<br>".join(escape(_line(one)) for one in named)
