"""One download into `<file>.part`: resumed where the server allows it, bounded in size, time and attempts."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Protocol

import requests

from indexer.fetch.answer import check_status, start_of, total_of, validator_of
from indexer.fetch.connection import TemporaryFetchError, open_address
from indexer.fetch.content import HEAD_BYTES, check_head
from indexer.fetch.partial import Note, Partial
from searchcore.errors import FetchError

_CHUNK = 1 << 18
_LONGEST_PAUSE = 60.0
# Bytes a second below which a server that still drips counts as stalled.
SLOWEST = 128


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to try.

    Attributes:
        timeout: seconds to wait for a connection, and for each piece of the answer.
        retries: further attempts after the first.
        first_pause: seconds before the second attempt; doubled before each further one.
    """

    timeout: float = 30.0
    retries: int = 4
    first_pause: float = 1.0

    def pause(self, attempt: int, asked: float | None) -> float:
        """Return the seconds to wait after an attempt (from 0); `asked` is the server's Retry-After."""
        return min(max(self.first_pause * float(2**attempt), asked or 0.0), _LONGEST_PAUSE)


class Meter(Protocol):
    """Shows how far a download is."""

    def start(self, total: int | None, done: int) -> None:
        """Begin, or begin again: bytes in all if known, and bytes that are there already."""

    def advance(self, count: int) -> None:
        """Count bytes that arrived."""

    def note(self, text: str) -> None:
        """Show a remark, such as that another attempt is made."""


@dataclass(frozen=True)
class Job:
    """What to download.

    Attributes:
        name: the name that the file is kept under; its ending says what to expect.
        hosts: host names that may be asked; None for any.
        etag, last_modified: of the content that is here already; the server may answer "not modified".
    """

    url: str
    name: str
    hosts: frozenset[str] | None
    maximum_bytes: int
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Arrived:
    """The outcome: whether there is a new complete file in the partial's place, and its headers."""

    modified: bool
    etag: str = ""
    last_modified: str = ""


def download(
    session: requests.Session,
    job: Job,
    partial: Partial,
    patience: Patience,
    meter: Meter,
    sleep: Callable[[float], None] = time.sleep,
) -> Arrived:
    """Download a file completely into `partial.path`, trying again where that may help.

    Raises:
        FetchError: it did not work; the unfinished file stays if a later run can go on with it.
    """
    for attempt in range(patience.retries + 1):
        try:
            return _attempt(session, job, partial, patience, meter)
        except TemporaryFetchError as error:
            last = error
        if attempt < patience.retries:
            meter.note(f"{last.what}; attempt {attempt + 2} of {patience.retries + 1}")
            sleep(patience.pause(attempt, last.pause))
    again = "run the same command again: it goes on where it stopped" if partial.resumable(job.url) else ""
    attempts = f" ({patience.retries + 1} attempts)" if patience.retries else ""
    raise FetchError(last.what + attempts, mend=last.mend or again or "try again later") from last


def _attempt(
    session: requests.Session, job: Job, partial: Partial, patience: Patience, meter: Meter
) -> Arrived:
    known = partial.resumable(job.url)
    if known and known[0] == known[1].total:
        # A run was killed between the last byte and the renaming: nothing is left to ask for.
        return Arrived(modified=True)
    headers = _headers(job, known)
    with open_address(session, job.url, headers, hosts=job.hosts, timeout=patience.timeout) as response:
        if response.status_code == 304 and (job.etag or job.last_modified) and not known:
            return Arrived(modified=False)
        check_status(response, partial)
        start = start_of(response, known, partial)
        total = total_of(response, start, job.name)
        _check_size(total, start, job, partial)
        if not start:
            # Before the note: a run killed in between must not leave old bytes under a new validator.
            partial.discard()
        validator = validator_of(response) or (known[1].validator if known and start else "")
        partial.begin(Note(job.url, validator, total))
        meter.start(total, start)
        _receive(response, job, partial, start, total, patience, meter)
        return Arrived(True, response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))


def _headers(job: Job, known: tuple[int, Note] | None) -> dict[str, str]:
    if known:
        return {"Range": f"bytes={known[0]}-", "If-Range": known[1].validator}
    if job.etag:
        return {"If-None-Match": job.etag}
    return {"If-Modified-Since": job.last_modified} if job.last_modified else {}


def _check_size(total: int | None, start: int, job: Job, partial: Partial) -> None:
    if total is None:
        return
    if total > job.maximum_bytes:
        raise _too_large(job, partial)
    free = shutil.disk_usage(partial.path.parent).free
    if total - start > free:
        raise FetchError(
            f"the disk is too full: {total - start:,} bytes are needed and {free:,} free",
            mend="free some space",
        )


def _receive(
    response: requests.Response,
    job: Job,
    partial: Partial,
    start: int,
    total: int | None,
    patience: Patience,
    meter: Meter,
) -> None:
    content_type = response.headers.get("Content-Type", "")
    size, checked = start, start >= HEAD_BYTES
    pace = _Pace(patience.timeout)
    with partial.path.open("r+b" if start else "w+b") as stream:
        stream.seek(start)
        # read1 gives what has arrived; read would wait for a full chunk and never see a server that drips.
        while chunk := response.raw.read1(_CHUNK, decode_content=False):
            size += len(chunk)
            if size > job.maximum_bytes:
                raise _too_large(job, partial)
            stream.write(chunk)
            meter.advance(len(chunk))
            if not checked and size >= HEAD_BYTES:
                checked = _check_head(stream, job, content_type, partial)
            pace.count(len(chunk))
        if total is not None and size != total:
            raise TemporaryFetchError(f"the connection broke after {size:,} of {total:,} bytes")
        _check_head(stream, job, content_type, partial)
        stream.flush()
        os.fsync(stream.fileno())


def _check_head(stream: IO[bytes], job: Job, content_type: str, partial: Partial) -> bool:
    place = stream.tell()
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(place)
    try:
        check_head(job.name, head, content_type)
    except FetchError:
        partial.discard()
        raise
    return True


class _Pace:
    """Notices a server that sends a byte now and then so that no timeout strikes."""

    def __init__(self, window: float) -> None:
        self.window = window
        self.since = time.monotonic()
        self.bytes = 0

    def count(self, count: int) -> None:
        self.bytes += count
        passed = time.monotonic() - self.since
        if passed >= self.window:
            if self.bytes < SLOWEST * passed:
                raise TemporaryFetchError(f"the server sent only {self.bytes:,} bytes in {passed:.0f} s")
            self.since, self.bytes = time.monotonic(), 0


def _too_large(job: Job, partial: Partial) -> FetchError:
    partial.discard()
    return FetchError(
        f"the file is larger than the {job.maximum_bytes:,} bytes allowed",
        mend="if that is right, raise maximum_bytes in the source's source.yaml",
    )
