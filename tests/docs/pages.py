"""The documents of the project, and what stands in them, for the tests that hold them to the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from cli.main import main

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
DOCUMENTS = (README, ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md")))
COMMANDS = tuple(main.list_commands(click.Context(main)))


def page(name: str) -> str:
    """Return the text of a page in `docs/`."""
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def part_of(text: str, heading: str) -> str:
    """Return the part of a page below a heading, up to the next heading of its level or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert found, f"there is no heading {heading!r}"
    rest = text[found.end() :]
    after = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: after.start()] if after else rest


def first_cells(text: str) -> list[str]:
    """Return what stands in the first column of the tables, if it is code."""
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def command_of(name: str) -> click.Command:
    """Return a sub-command."""
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return command


def fenced_blocks(text: str) -> list[str]:
    """Return the content of the fenced blocks without a language, or of a shell."""
    found = re.findall(r"^ *```(\w*)\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return [block for language, block in found if language in ("", "sh", "console")]


def shell_lines(text: str) -> Iterator[str]:
    """Yield the `codefacet` commands in the fenced blocks of a page; one with output begins with `$ `."""
    for block in fenced_blocks(text):
        lines = [line.strip() for line in block.splitlines()]
        prompted = [line[2:] for line in lines if line.startswith("$ ")]
        yield from prompted or [line for line in lines if re.match(r"([A-Z_]+=\S+ )*codefacet ", line)]


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings of a page, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
