"""What an HTTP answer means for a download: go on, begin anew, try again later, or give up."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from indexer.fetch.connection import TemporaryFetchError
from indexer.fetch.partial import Note, Partial
from searchcore.errors import FetchError

_PASSING = (408, 425, 429, 500, 502, 503, 504)


def check_status(response: requests.Response, partial: Partial) -> None:
    """Pass an answer that carries the file.

    Raises:
        TemporaryFetchError: another attempt may help.
        FetchError: it will not.
    """
    status = response.status_code
    if status in (200, 206):
        return
    words = f"HTTP {status} {response.reason or ''}".strip()
    if status == 416:
        partial.discard()
        raise TemporaryFetchError(
            "the file on the server is shorter than what is here; starting over", pause=0.0
        )
    if status in _PASSING:
        raise TemporaryFetchError(f"the server is in trouble: {words}", pause=_retry_after(response))
    if status in (404, 410):
        raise FetchError(
            f"the server has no such file: {words}",
            mend="the publisher may have moved it: give the new address with --url and the name with --file",
        )
    if status in (401, 403):
        raise FetchError(
            f"the server does not give this file: {words}",
            mend="download it by hand in a browser and give it to `codefacet import`",
        )
    raise FetchError(f"the server answers {words}")


def start_of(response: requests.Response, known: tuple[int, Note] | None, partial: Partial) -> int:
    """Return the offset that the body begins at: 0 if the server ignores the range or has other content.

    Raises:
        TemporaryFetchError: the body is some other part; the unfinished file is dropped.
    """
    if response.status_code == 200:
        return 0
    found = re.fullmatch(
        r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", response.headers.get("Content-Range", "").strip()
    )
    if known and found and int(found[1]) == known[0]:
        size, note = known
        same_total = found[3] == "*" or note.total in (None, int(found[3]))
        # RFC 9110 wants If-Range honoured; a server that does not would mix two contents in one file.
        if same_total and validator_of(response) in ("", note.validator):
            return size
    partial.discard()
    raise TemporaryFetchError("the server sent another part of the file than asked for", pause=0.0)


def total_of(response: requests.Response, start: int, name: str) -> int | None:
    """Return the bytes of the whole file; None if the server does not say.

    Raises:
        FetchError: the body is compressed on the way, so that lengths would count other bytes.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    # Servers like to label a .gz file so; its bytes are kept as they come.
    labelled = encoding in ("gzip", "x-gzip") and name.lower().endswith(".gz")
    if encoding not in ("", "identity") and not labelled:
        raise FetchError(f"the server sent the file encoded ({encoding[:20]}), which was not asked for")
    length = response.headers.get("Content-Length", "").strip()
    return start + int(length) if re.fullmatch("[0-9]{1,18}", length) else None


def validator_of(response: requests.Response) -> str:
    """Return what If-Range may carry: a strong ETag, else the date of the last change."""
    etag = response.headers.get("ETag", "")
    if etag.startswith('"'):
        return etag
    return response.headers.get("Last-Modified", "")


def _retry_after(response: requests.Response) -> float | None:
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
