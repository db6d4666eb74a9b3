"""Untrusted XML, read a unit at a time: the subtree of each element of one name, with its line numbers.

The files reach 10 MB and 240,000 elements; only one unit stands in memory at a time. Entities and external
references are refused (defusedxml), and so is nesting that no agency file has.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser

from indexer.sources.base import Member

MAXIMUM_DEPTH = 64
_CHUNK = 1 << 20
# No XML attribute can have this name; elements themselves have no room for the line.
_LINE = " line"
# Atomic and possessive: a file of a thousand comments must not be tried in all the ways to split them.
_ROOT = re.compile(
    r"^\s*+(?:<\?xml[^>]*+>\s*+)?(?:(?><!--.*?-->)\s*+|<!DOCTYPE[^>\[]*+>\s*+)*+<([\w.:-]+)", re.DOTALL
)
_VERSION = re.compile(r"<version>\s*(?:FY\s*)?(20\d\d)\b", re.IGNORECASE)


def line_of(element: Element) -> int:
    """Return the line (1-based) on which an element of a unit begins."""
    return int(element.attrib[_LINE])


def text_of(element: Element) -> str:
    """Return the text of an element and of everything in it, runs of blanks as one."""
    text = " ".join(element.itertext()) if len(element) else element.text or ""
    return " ".join(text.split())


def child_text(element: Element, tag: str) -> str:
    """Return the words of the first child of a tag; empty if there is none."""
    child = element.find(tag)
    return "" if child is None else text_of(child)


def root_name(head_text: str) -> str:
    """Return the name of the root element from the beginning of a file; empty if this is no XML."""
    found = _ROOT.match(head_text)
    return found[1] if found else ""


def version_year(head_text: str) -> int | None:
    """Return the year in the first `<version>` element."""
    found = _VERSION.search(head_text)
    return int(found[1]) if found else None


@contextmanager
def collection_paused() -> Iterator[None]:
    """Hold back the cycle collector: nodes have no cycles, and searching them takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def units(member: Member, tag: str) -> Iterator[Element]:
    """Yield each outermost element of a tag, complete.

    Raises:
        SourceFileError: the file is not well-formed, declares entities, or nests too deeply.
    """
    builder = _Builder(tag)
    # The parser's own handlers that refuse entities stay; ours take the place of those that build a tree.
    parser = XMLParser()
    expat: Any = parser.parser
    builder.attach(expat)
    content = member.content
    try:
        for start in range(0, len(content), _CHUNK):
            expat.Parse(content[start : start + _CHUNK], False)
            yield from builder.take()
        expat.Parse(b"", True)
        yield from builder.take()
    except _DeepError as error:
        raise member.error(f"elements are nested more than {MAXIMUM_DEPTH} deep", line=error.line) from None
    except DefusedXmlException:
        raise member.error(
            "the XML declares entities or refers to other files, which is refused",
            mend="download the file again from the agency",
        ) from None
    except (ExpatError, ParseError, ValueError, LookupError) as error:
        raise member.error(
            f"the XML is not well-formed: {error}", mend="the file is damaged; download it again"
        ) from error


class _DeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Builder:
    """Builds the tree of each unit from parser events; outside units it only counts the depth."""

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._depth = 0
        self._unit_depth = 0
        self._tree: TreeBuilder | None = None
        self._done: list[Element] = []
        self._expat: Any = None

    def attach(self, expat: Any) -> None:
        """Take the events of an expat parser."""
        self._expat = expat
        expat.buffer_text = True
        expat.ordered_attributes = False
        expat.StartElementHandler = self._start
        expat.EndElementHandler = self._end
        expat.CharacterDataHandler = None
        expat.DefaultHandlerExpand = None

    def take(self) -> list[Element]:
        """Return the units finished since the last call."""
        done, self._done = self._done, []
        return done

    def _start(self, tag: str, attributes: dict[str, Any]) -> None:
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise _DeepError(self._expat.CurrentLineNumber)
        if self._tree is None:
            if tag != self._tag:
                return
            self._tree = TreeBuilder()
            self._unit_depth = self._depth
            self._expat.CharacterDataHandler = self._tree.data
        attributes[_LINE] = self._expat.CurrentLineNumber
        self._tree.start(tag, attributes)

    def _end(self, tag: str) -> None:
        if self._tree is not None:
            element = self._tree.end(tag)
            if self._depth == self._unit_depth:
                self._done.append(element)
                self._tree = None
                self._expat.CharacterDataHandler = None
        self._depth -= 1
