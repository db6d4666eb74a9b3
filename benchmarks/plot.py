"""Draws the figures of a run as an SVG: per kind and engine a bar from p50 to p95 with a mark at the mean."""

from __future__ import annotations

import math
from typing import Any
from xml.sax.saxutils import escape

_LEFT, _WIDTH, _RIGHT = 190, 560, 130
_ROW, _HEAD, _FOOT = 26, 54, 34
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1b1b1b}.head{font-size:15px;font-weight:600}"
    ".small{fill:#5a5a5a;font-size:11px}.grid{stroke:#dedede}.ours{fill:#0b6e4f}.theirs{fill:#8a94a6}"
    ".mean{stroke:#1b1b1b;stroke-width:2}"
)


def svg(report: dict[str, Any]) -> str:
    """Return the drawing of a report (the content of `latest.json`)."""
    kinds = report["kinds"]
    values = [
        figures[key]
        for engines in kinds.values()
        for figures in engines.values()
        for key in ("p50_ms", "p95_ms", "mean_ms")
    ]
    low = math.floor(math.log10(max(1e-3, min(values))))
    high = max(low + 1, math.ceil(math.log10(max(values))))
    parts, top = [], 10
    for name, engines in kinds.items():
        parts.append(_panel(name, report["about"][name], engines, (low, high), top))
        top += _HEAD + _ROW * len(engines) + _FOOT
    width = _LEFT + _WIDTH + _RIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" role="img">'
        f"<title>Milliseconds a query, logarithmic: bar from p50 to p95, mark at the mean</title>"
        f'<style>{_STYLE}</style><rect width="{width}" height="{top}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _panel(
    name: str, about: dict[str, Any], engines: dict[str, dict[str, Any]], scale: tuple[int, int], top: int
) -> str:
    begin, end = top + _HEAD, top + _HEAD + _ROW * len(engines)
    head = f"{name}: {about['records']:,} records, {about['queries']} faceted queries"
    lines = [
        _text(10, top + 18, head, "head"),
        _text(10, top + 36, "ms a query, logarithmic: bar from p50 to p95, mark at the mean", "small"),
    ]
    for power in range(scale[0], scale[1] + 1):
        x = _x(10.0**power, scale)
        lines.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{begin}" y2="{end}"/>')
        lines.append(_text(x, end + 16, f"{10.0**power:g}", "small", "middle"))
    for row, (engine, figures) in enumerate(engines.items()):
        lines.append(_bar(engine, figures, scale, begin + row * _ROW))
    return "".join(lines)


def _bar(engine: str, figures: dict[str, Any], scale: tuple[int, int], top: int) -> str:
    first, last = _x(figures["p50_ms"], scale), _x(figures["p95_ms"], scale)
    mean = _x(figures["mean_ms"], scale)
    style = "ours" if engine.startswith("codefacet") else "theirs"
    label = f"{figures['mean_ms']:.3g} ms, ×{figures['ratio_mean']:.3g}"
    return (
        _text(_LEFT - 8, top + 17, figures["label"], "", "end")
        + f'<rect class="{style}" x="{first:.1f}" y="{top + 6}" '
        + f'width="{max(2.0, last - first):.1f}" height="{_ROW - 12}" rx="2"/>'
        + f'<line class="mean" x1="{mean:.1f}" x2="{mean:.1f}" y1="{top + 3}" y2="{top + _ROW - 3}"/>'
        + _text(max(last, mean) + 8, top + 17, label, "small")
    )


def _x(milliseconds: float, scale: tuple[int, int]) -> float:
    low, high = scale
    place = (math.log10(max(milliseconds, 10.0**low)) - low) / (high - low)
    return _LEFT + _WIDTH * min(1.0, place)


def _text(x: float, y: float, text: str, style: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y}" class="{style}" text-anchor="{anchor}">{escape(text)}</text>'
