"""Reads a page as a browser would and lists what is wrong with it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta", "path"}
NAMELESS = {"hidden", "submit"}
# Elements that must not stand inside a paragraph: a browser would end the paragraph there.
BLOCKS = {"div", "dl", "form", "h1", "h2", "h3", "ol", "p", "section", "table", "ul"}


@dataclass(eq=False)
class Element:
    """One element: its tag, attributes, text (with the text of what is inside) and what it stands in."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def around(self) -> list[Element]:
        """Return the elements around this one, nearest first."""
        return [] if self.parent is None else [self.parent, *self.parent.around()]

    def inside(self, tag: str) -> bool:
        """Tell whether an element of that tag is around this one."""
        return any(element.tag == tag for element in self.around())


class Page(HTMLParser):
    """A parsed page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.problems: list[str] = []
        self._open: list[Element] = []
        self.html = html
        self.feed(html)
        self.close()
        self.problems += [f"<{element.tag}> is never closed" for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self._open[-1] if self._open else None
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"<{tag}> repeats an attribute: {names}")
        if tag in BLOCKS and parent is not None and parent.tag == "p":
            self.problems.append(f"<{tag}> stands inside <p>")
        element = Element(tag, {name: value or "" for name, value in attrs}, parent)
        if parent is not None:
            parent.children.append(element)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1].tag != tag:
            self.problems.append(f"</{tag}> closes nothing, or the wrong element")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements of a tag whose attributes contain these words (`class_` for class)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(value in element.attributes.get(name, "").split() for name, value in wanted.items())
        ]

    def links(self, class_: str = "") -> list[Element]:
        """Return the links, of one class if given."""
        return self.all("a", class_=class_) if class_ else self.all("a")

    @property
    def text(self) -> str:
        """The text of the page's body, blanks squeezed."""
        return squeezed(self.all("body")[0].text)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Name and value of all hidden fields."""
        return [
            (element.attributes["name"], element.attributes["value"])
            for element in self.all("input", type="hidden")
        ]

    def check(self) -> list[str]:
        """Return everything that is wrong: structure, labels, headings, ids, and what the policy forbids."""
        return [
            *self.problems,
            *self._structure(),
            *self._names(),
            *self._forbidden(),
        ]

    def _structure(self) -> list[str]:
        found = []
        if not self.html.lower().startswith("<!doctype html>"):
            found.append("the page does not begin with its doctype")
        for tag in ("html", "title", "main", "h1"):
            if len(self.all(tag)) != 1:
                found.append(f"{len(self.all(tag))} elements <{tag}>")
        if self.all("html") and not self.all("html")[0].attributes.get("lang"):
            found.append("the page does not name its language")
        ids = [element.attributes["id"] for element in self.elements if "id" in element.attributes]
        found += [f"the id {name!r} occurs twice" for name in {name for name in ids if ids.count(name) > 1}]
        for name in ("aria-labelledby", "aria-describedby", "for"):
            for element in self.elements:
                found += [
                    f"{name} names {target!r}, which is not there"
                    for target in element.attributes.get(name, "").split()
                    if target not in ids
                ]
        return found + self._headings()

    def _headings(self) -> list[str]:
        levels = [int(element.tag[1]) for element in self.elements if element.tag in ("h1", "h2", "h3", "h4")]
        jumps = itertools.pairwise(levels)
        return [f"a heading jumps from {before} to {after}" for before, after in jumps if after > before + 1]

    def _names(self) -> list[str]:
        found = []
        labelled = {element.attributes.get("for") for element in self.all("label")}
        for element in self.all("input"):
            if (
                element.attributes.get("type") not in NAMELESS
                and element.attributes.get("id") not in labelled
            ):
                found.append(f"an input has no label: {element.attributes}")
        for element in [*self.all("a"), *self.all("button"), *self.all("label")]:
            if not element.text.strip():
                found.append(f"<{element.tag}> has no words: {element.attributes}")
        found += ["a link goes nowhere" for link in self.all("a") if not link.attributes.get("href")]
        found += ["a nav has no name" for nav in self.all("nav") if not nav.attributes.get("aria-label")]
        return found

    def _forbidden(self) -> list[str]:
        found = [f"inline <{tag}>" for tag in ("style",) if self.all(tag)]
        found += ["an inline script" for script in self.all("script") if not script.attributes.get("src")]
        for element in self.elements:
            found += [
                f"<{element.tag} {name}>"
                for name in element.attributes
                if name == "style" or name.startswith("on")
            ]
            address = element.attributes.get("href") or element.attributes.get("src") or ""
            if address.strip().lower().startswith(("javascript:", "data:", "http:", "//")):
                found.append(f"an address leads out of the site: {address[:80]}")
        return found


def squeezed(text: str) -> str:
    """Return a text with single blanks, as a browser shows it."""
    return " ".join(text.split())
