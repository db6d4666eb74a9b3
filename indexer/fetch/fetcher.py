"""Fetches one file after the other: licence, download, checks, pin, and only then its name."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer.fetch.connection import new_session
from indexer.fetch.content import check_whole
from indexer.fetch.licences import Acceptance, Licences, accepted_address
from indexer.fetch.partial import Partial
from indexer.fetch.pins import Pin, Pins
from indexer.fetch.plan import Wanted
from indexer.fetch.transfer import Arrived, Job, Meter, Patience, download
from indexer.files import sync
from searchcore.errors import FetchError

DOWNLOADS = "downloads"
NEW, UNCHANGED, UPDATED, REPAIRED, FAILED = "new", "unchanged", "updated", "repaired", "failed"


@dataclass(frozen=True)
class Fetched:
    """What became of one file.

    Attributes:
        state: `new`, `unchanged`, `updated` (other content, accepted), `repaired` (the file here was missing
            or damaged and has its pinned content again) or `failed`.
        error: why it failed.
        acceptance: of the licence that the download rests on.
    """

    wanted: Wanted
    path: Path
    state: str
    size: int = 0
    sha256: str = ""
    error: FetchError | None = None
    acceptance: Acceptance | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the fields of `fetch --json`."""
        acceptance = self.acceptance
        return {
            "source": self.wanted.source.id,
            "file": self.wanted.address.file,
            "release": self.wanted.address.release,
            "url": self.wanted.address.url,
            "path": str(self.path) if self.path.exists() else None,
            "state": self.state,
            "bytes": self.size,
            "sha256": self.sha256 or None,
            "reason": str(self.error) if self.error else None,
            "licence": self.wanted.source.licence,
            "accepted_by": acceptance.user if acceptance else None,
            "accepted_at": acceptance.accepted if acceptance else None,
        }


class Fetcher:
    """Fetches files into a data folder.

    Args:
        data_dir: the data folder.
        patience: timeouts and retries.
        update: take other content under a name that is pinned already.
        meter: gives a progress meter for a file.
    """

    def __init__(
        self, data_dir: Path, patience: Patience, *, update: bool, meter: Callable[[Wanted], Meter]
    ) -> None:
        self.downloads = data_dir / DOWNLOADS
        self.patience = patience
        self.update = update
        self.meter = meter
        self.pins = Pins(self.downloads)
        self.licences = Licences(data_dir)
        self.session = new_session()

    def fetch(self, wanted: Wanted) -> Fetched:
        """Fetch one file; a failure is reported in the outcome, so that others can go on."""
        path = self.downloads / wanted.source.id / wanted.address.file
        try:
            acceptance = self.licences.check(wanted.source)
            return self._fetch(wanted, path, acceptance)
        except FetchError as error:
            return self._failed(wanted, path, error)
        except OSError as error:
            reason = error.strerror or str(error)
            return self._failed(wanted, path, FetchError(f"cannot write the file: {reason}"))

    def _failed(self, wanted: Wanted, path: Path, error: FetchError) -> Fetched:
        where = f"{wanted.source.id}/{wanted.address.file}"
        return Fetched(wanted, path, FAILED, error=type(error)(error.what, where=where, mend=error.mend))

    def _fetch(self, wanted: Wanted, path: Path, acceptance: Acceptance | None) -> Fetched:
        path.parent.mkdir(parents=True, exist_ok=True)
        pin = self.pins.get(wanted.source.id, wanted.address.file)
        here = sha256_of(path) if path.is_file() else ""
        expected = pin.sha256 if pin else here
        partial = Partial(path)
        arrived = self._download(wanted, partial, pin if pin and here == pin.sha256 else None)
        if not arrived.modified:
            size = path.stat().st_size
            return Fetched(wanted, path, UNCHANGED, size, here, acceptance=acceptance)
        sha256 = self._checked(wanted, partial, expected, pin)
        size = partial.path.stat().st_size
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        # Pinned before it is named: a run killed in between finds a file to repair, not one to distrust.
        address = wanted.address
        new_pin = Pin(sha256, size, address.url, address.release, now, arrived.etag, arrived.last_modified)
        self.pins.put(wanted.source.id, address.file, new_pin)
        if sha256 == here:
            partial.discard()
            return Fetched(wanted, path, UNCHANGED, size, sha256, acceptance=acceptance)
        partial.path.replace(path)
        sync(path.parent)
        partial.finish()
        state = NEW if not expected else REPAIRED if sha256 == expected else UPDATED
        return Fetched(wanted, path, state, size, sha256, acceptance=acceptance)

    def _download(self, wanted: Wanted, partial: Partial, pin: Pin | None) -> Arrived:
        """Download; `pin` is given if its content is here and intact, so that "not modified" will do."""
        url = accepted_address(wanted.address.url, wanted.source)
        same_address = pin is not None and pin.url == wanted.address.url
        job = Job(
            url=url,
            name=wanted.address.file,
            hosts=wanted.hosts,
            maximum_bytes=wanted.source.maximum_bytes,
            etag=pin.etag if pin and same_address else "",
            last_modified=pin.last_modified if pin and same_address else "",
        )
        return download(self.session, job, partial, self.patience, self.meter(wanted))

    def _checked(self, wanted: Wanted, partial: Partial, expected: str, pin: Pin | None) -> str:
        """Return the SHA-256 of what arrived, checked; discard it if it is not what it should be."""
        try:
            check_whole(wanted.address.file, partial.path)
            sha256 = sha256_of(partial.path)
            if expected and sha256 != expected and not self.update:
                since = f", fetched {pin.fetched[:10]}" if pin else ""
                raise FetchError(
                    f"the server has other content under this name now: SHA-256 {sha256[:12]}, "
                    f"pinned {expected[:12]}{since}; the old file is kept",
                    mend="if the publisher says so, give --update to take it",
                )
        except FetchError:
            partial.discard()
            raise
        return sha256


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Keep a second `codefacet fetch` out of the same data folder.

    Raises:
        FetchError: another one is at work.
    """
    folder = data_dir / DOWNLOADS
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FetchError(
                "another `codefacet fetch` is at work in this folder",
                where=str(folder),
                mend="wait for it to end",
            ) from error
        yield
