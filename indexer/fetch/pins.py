"""`downloads/pins.json`: the SHA-256 of every file ever fetched, so that a changed one does not slip in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from indexer.files import write_json
from searchcore.errors import FetchError

FILE_NAME = "pins.json"


@dataclass(frozen=True)
class Pin:
    """What is known of one fetched file; `fetched` is UTC in ISO 8601."""

    sha256: str
    size: int
    url: str
    release: str
    fetched: str
    etag: str = ""
    last_modified: str = ""


class Pins:
    """The pins of a data folder, by source and file name."""

    def __init__(self, downloads: Path) -> None:
        self.path = downloads / FILE_NAME
        self._pins = self._read()

    def get(self, source: str, file: str) -> Pin | None:
        """Return the pin of a file; None if it was never fetched."""
        return self._pins.get(f"{source}/{file}")

    def at(self, url: str) -> str | None:
        """Return `source/file` of a file fetched from an address; one archive may serve several sources."""
        return next((name for name, pin in self._pins.items() if pin.url == url), None)

    def put(self, source: str, file: str, pin: Pin) -> None:
        """Pin a file, on disk at once."""
        self._pins[f"{source}/{file}"] = pin
        write_json(self.path, {name: asdict(pin) for name, pin in self._pins.items()})

    def _read(self) -> dict[str, Pin]:
        try:
            data = json.loads(self.path.read_bytes())
            return {str(name): _checked(Pin(**fields)) for name, fields in data.items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError) as error:
            raise FetchError(
                "the list of pinned files is damaged",
                where=str(self.path),
                mend="restore it, or delete it: the files that are there are then pinned anew",
            ) from error


def _checked(pin: Pin) -> Pin:
    texts = (pin.sha256, pin.url, pin.release, pin.fetched, pin.etag, pin.last_modified)
    if not (isinstance(pin.size, int) and all(isinstance(text, str) for text in texts)):
        raise TypeError("a field of a pin has the wrong type")
    return pin
