"""Lists of codes, pasted with commas, semicolons, bars, tabs or new lines between."""

from __future__ import annotations

import re

from searchcore.codes import normalise, split_system_name
from searchcore.query.nodes import Below, Code, CodeRange, Codes, Node, Or
from searchcore.query.reading import ESCAPE, as_code, has_digit, read_word

MAX_CODES = 5_000
# So many other items of a list in four may be no codes; and so many parts of an Or may be ranges.
_OTHERS = 4
_MAX_RANGES = 60
_SEPARATOR = re.compile(r"[,;|\t\r\n\f\v]+")
_ITEM = r"(?:(?:CPT|HCPCS|ICD-10(?:-PCS)?|DX|POS) )?+[0-9A-Za-z](?:[./-]?[0-9A-Za-z])*+"
_RUN = re.compile(rf"{_ITEM}(?:[ \xa0]*+[,;|\t\r\n\f\v][\s,;|]*+{_ITEM})++(?![^\s,;|()\"\x00-\x1f\x7f-\x9f])")
_PIECE = re.compile(_ITEM)
_SHORTEST = 3
# Each item in quotes, as programs write them.
_QUOTED = re.compile(r'\s*+"[^"]*+"(?:\s*+[,;|\t\r\n\f\v]\s*+"[^"]*+")++\s*+')
_FIRST_WORD = re.compile(r"[^\s,;|]+")


def codes_of(found: list[Code], notes: list[str], start: int, end: int) -> Node:
    """Return some codes as one node, each once, at most `MAX_CODES`."""
    codes = tuple(dict.fromkeys(found))
    if len(codes) > MAX_CODES:
        notes.append(f"the list has {len(codes):,} codes; only the first {MAX_CODES:,} were searched")
        codes = codes[:MAX_CODES]
    return codes[0] if len(codes) == 1 else Codes(codes, start=start, end=end)


def run_of_codes(text: str, at: int) -> tuple[list[Code], int] | None:
    """Return the codes of a list that begins at a place of a text, and where it ends; None if none does."""
    run = _RUN.match(text, at)
    if run is None:
        return None
    found: list[Code] = []
    end = at
    for piece in _PIECE.finditer(text, at, run.end()):
        code = as_code(piece[0], piece.start(), piece.end())
        if code is None or len(code.code) < _SHORTEST:
            break
        found.append(code)
        end = piece.end()
    return (found, end) if len(found) > 1 else None


def whole_list(text: str, notes: list[str]) -> Node | None:
    """Return the codes of a text that is a list of codes and nothing else; None for any other text.

    A line may go on with the words of its code, as tables do; these are left out.
    """
    if _QUOTED.fullmatch(text):
        text = text.replace('"', " ")
    if not _SEPARATOR.search(text) or '"' in text or "(" in text or ESCAPE in text:
        return None
    items = [item.strip() for item in _SEPARATOR.split(text)]
    items = [item for item in items if item]
    if len(items) < 2 or not has_digit(split_system_name(items[0])[1]):
        return None
    read = [_item(item) for item in items]
    others = [item for item, node in zip(items, read, strict=True) if node is None]
    if others and len(others) * _OTHERS > len(items):
        return _first_of_lines(text, notes)
    if not all(isinstance(node, Code) for node in read):  # two characters may be anything among other things
        read = [node for node in read if not (isinstance(node, Code) and len(node.code) < _SHORTEST)]
    nodes = [node for node in read if node is not None]
    if others:
        shown = ", ".join(repr(item[:20]) for item in others[:3])
        notes.append(f"this was read as a list of codes; {shown} is no code and was left out")
    return _joined(nodes, notes, len(text))


def _item(item: str) -> Node | None:
    """Return what an item of a list is: a code, or codes between or below; None for anything else."""
    if not has_digit(item):
        return as_code(item, alone=True) if len(item) == 2 else None
    code = as_code(item)
    if code is not None:
        return code
    if " " in item:
        squeezed = as_code(normalise(item))
        pieces = item.split()
        return squeezed if len(pieces) <= 3 and all(len(piece) <= 4 for piece in pieces) else None
    several = read_word(item, in_field=True)
    return several if isinstance(several, CodeRange | Below) else None


def _first_of_lines(text: str, notes: list[str]) -> Node | None:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return None
    firsts = [_FIRST_WORD.match(line) for line in lines]
    codes = [as_code(first[0]) for first in firsts if first and len(first[0]) >= _SHORTEST]
    found = [code for code in codes if code is not None]
    if (len(lines) - len(found)) * _OTHERS > len(lines) or len(found) < 2:
        return None
    notes.append(
        "this was read as a list with a code at the beginning of each line; the other words were left out"
    )
    return codes_of(found, notes, 0, len(text))


def _joined(nodes: list[Node], notes: list[str], end: int) -> Node | None:
    codes = [node for node in nodes if isinstance(node, Code)]
    others = list(dict.fromkeys(node for node in nodes if not isinstance(node, Code)))
    if len(others) > _MAX_RANGES:
        notes.append(f"the list has {len(others)} ranges; only the first {_MAX_RANGES} were searched")
    parts = [*([codes_of(codes, notes, 0, end)] if codes else []), *others[:_MAX_RANGES]]
    if len(parts) < 2:
        return parts[0] if parts else None
    return Or(tuple(parts), start=0, end=end)
