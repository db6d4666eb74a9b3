"""Colours of the style sheet: every pair of text and ground meets WCAG 2.2 AA, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import searchapp

CSS = (Path(searchapp.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "surface")
# Text on ground: 4.5 to 1 (success criterion 1.4.3).
TEXT = [
    *((ink, ground) for ink in ("ink", "soft", "accent", "warn") for ground in (*GROUNDS, "sunk")),
    *((tone, f"{tone}-soft") for tone in ("ok", "info", "warn", "stop")),
    ("accent-ink", "accent"),
    ("ink", "accent-soft"),
    ("soft", "accent-soft"),
    ("accent", "accent-soft"),
    ("mark-ink", "mark"),
]
# Parts of controls and the focus ring: 3 to 1 (1.4.11 and 2.4.13).
PARTS = [(part, ground) for part in ("control", "focus", "stop") for ground in GROUNDS]


def palette(css: str) -> dict[str, str]:
    """Return the custom properties that hold a colour."""
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


LIGHT_CSS, DARK_CSS = CSS.split("@media screen and (prefers-color-scheme: dark)", 1)
LIGHT = palette(LIGHT_CSS)
DARK = {**LIGHT, **palette(DARK_CSS.split("/* Ground */")[0])}


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_has_enough_contrast(scheme: str) -> None:
    colours = LIGHT if scheme == "light" else DARK
    low = [
        (ink, ground, round(contrast(colours[ink], colours[ground]), 2))
        for pairs, wanted in ((TEXT, 4.5), (PARTS, 3.0))
        for ink, ground in pairs
        if contrast(colours[ink], colours[ground]) < wanted
    ]
    assert low == []


def test_dark_has_a_colour_for_every_light_one() -> None:
    assert set(palette(DARK_CSS.split("/* Ground */")[0])) == set(LIGHT)


def test_colours_stand_only_in_the_palette() -> None:
    rules = CSS.split("/* Ground */", 1)[1]
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)) <= {"#fff"}


def test_nothing_comes_from_elsewhere() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
