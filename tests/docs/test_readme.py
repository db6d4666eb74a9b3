"""The README shows what the program gives."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.docs.pages import DOCS, README, ROOT, fenced_blocks

TEXT = README.read_text(encoding="utf-8")
ANSWERS = [block for block in fenced_blocks(TEXT) if block.startswith("$ ")]
# The day on which the answers shown were given.
DAY = "2026-11-23"

Codefacet = Callable[..., Result]


def test_its_two_make_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)", "\n".join(fenced_blocks(TEXT))))
    assert named == {"serve", "test"}
    assert named <= targets


def test_shows_answers() -> None:
    assert len(ANSWERS) >= 3


@pytest.mark.parametrize("block", ANSWERS, ids=lambda block: block.partition("\n")[0][2:])
def test_its_answers_are_real(block: str, sample_data_dir: Path, codefacet: Codefacet) -> None:
    command, _, shown = block.partition("\n")
    args = shlex.split(command.removeprefix("$ codefacet "))
    dated = args if "--as-of" in args else [*args, "--as-of", DAY]
    done = codefacet(sample_data_dir, *dated)
    assert done.exit_code == 0, done.output
    answer = squeezed(done.stdout)
    for line in shown.splitlines():
        # A terminal of another width breaks lines elsewhere, so cells are compared, without blanks.
        cells = [cell for cell in re.split(r"\s{2,}", line.strip()) if cell not in ("", "...")]
        assert not [cell for cell in cells if squeezed(cell) not in answer], line


def squeezed(text: str) -> str:
    """Return a text without blanks and durations."""
    return re.sub(r"\(\d+ ms\)|\s+", "", text)


def test_shows_a_picture_of_moderate_size() -> None:
    assert "(docs/screenshot.png)" in TEXT
    picture = (DOCS / "screenshot.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 300_000
