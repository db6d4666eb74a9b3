"""Every address of the site, made from requests and record keys."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from searchcore.request import Request
from searchcore.schema import load_kind

# What the parameter `group` says on a page where hits are to stand one by one.
UNGROUPED = "none"


@dataclass(frozen=True)
class Urls:
    """Makes addresses.

    Attributes:
        root: path that the site is mounted under, without a slash at the end.
        today: the day that needs no `as_of` in an address.
    """

    root: str = ""
    today: dt.date = field(default_factory=dt.date.today)

    @property
    def home(self) -> str:
        """Return the address of the start page."""
        return f"{self.root}/"

    @property
    def about(self) -> str:
        """Return the address of the page about the data."""
        return f"{self.root}/about"

    @property
    def search_action(self) -> str:
        """Return the address that search forms send to."""
        return f"{self.root}/search"

    def search(self, request: Request) -> str:
        """Return the canonical address of a search."""
        return _with_query(self.search_action, urlencode(page_pairs(request, self.today)))

    def api_search(self, request: Request) -> str:
        """Return the address of the same search as JSON."""
        return _with_query(f"{self.root}/api/search", request.to_query(today=self.today))

    def record(self, kind: str, system: str, code: str, as_of: dt.date | None = None) -> str:
        """Return the address of a record's page; `as_of` is left out when it is today or None."""
        return self._record(f"{self.root}/record", kind, system, code, as_of)

    def api_record(self, kind: str, system: str, code: str, as_of: dt.date | None = None) -> str:
        """Return the address of the same record as JSON."""
        return self._record(f"{self.root}/api/record", kind, system, code, as_of)

    def facet_action(self, request: Request, facet: str) -> str:
        """Return the address of the page of all values of a facet, without parameters."""
        return f"{self.root}/facet/{quote(request.kind)}/{quote(facet)}"

    def facet(self, request: Request, facet: str, **extra: str) -> str:
        """Return the address of the page of all values of a facet; `extra` are its own parameters."""
        pairs = [*query_pairs(request, self.today), *sorted(extra.items())]
        return _with_query(self.facet_action(request, facet), urlencode(pairs))

    def _record(self, base: str, kind: str, system: str, code: str, as_of: dt.date | None) -> str:
        path = f"{base}/{quote(kind, safe='')}/{quote(system, safe='')}/{quote(code, safe='/')}"
        return _with_query(path, "" if as_of in (None, self.today) else urlencode({"as_of": str(as_of)}))


def query_pairs(
    request: Request, today: dt.date, *, without: tuple[str, ...] = ("page",)
) -> list[tuple[str, str]]:
    """Return the parameters of a request as pairs, for the hidden fields of forms."""
    return [pair for pair in page_pairs(request, today) if pair[0] not in without]


def page_pairs(request: Request, today: dt.date) -> list[tuple[str, str]]:
    """Return the parameters of a page; its hits are grouped as is usual unless another way is named."""
    pairs = [pair for pair in parse_qsl(request.to_query(today=today)) if pair[0] != "group"]
    usual = load_kind(request.kind).page_group
    return pairs if request.group == usual else [*pairs, ("group", request.group or UNGROUPED)]


def for_kind(request: Request, kind: str) -> Request:
    """Return a request for a kind; filters and order of another kind do not carry over."""
    if kind == request.kind:
        return request.with_()
    return page_request(request.text, kind, request.as_of, per_page=request.per_page)


def page_request(text: str, kind: str, as_of: dt.date | None, *, per_page: int = 20) -> Request:
    """Return the first page of a search as a page shows it where nothing else is asked for."""
    return Request(text, kind, as_of=as_of, per_page=per_page, group=load_kind(kind).page_group)


def _with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
