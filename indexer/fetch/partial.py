"""The unfinished file of a download and the small note beside it that makes it possible to go on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from indexer.files import write_json


@dataclass(frozen=True)
class Note:
    """What is known of the content that the unfinished file holds the beginning of.

    Attributes:
        validator: a strong ETag or a Last-Modified date, for the header If-Range (RFC 9110, section 13.1.5).
        total: bytes of the whole; None if the server did not say.
    """

    url: str
    validator: str
    total: int | None


class Partial:
    """`<file>.part` and `<file>.part.json`."""

    def __init__(self, final: Path) -> None:
        self.path = final.with_name(f"{final.name}.part")
        self.note_path = final.with_name(f"{final.name}.part.json")

    def resumable(self, url: str) -> tuple[int, Note] | None:
        """Return how many bytes are there and what they belong to; None to begin anew."""
        note = self._note()
        if note is None or note.url != url or not self.path.is_file():
            return None
        size = self.path.stat().st_size
        if size == 0 or (note.total is not None and size > note.total):
            return None
        return size, note

    def begin(self, note: Note) -> None:
        """Note what is being downloaded; without a validator a later run has to begin anew."""
        if note.validator:
            write_json(self.note_path, asdict(note))
        else:
            self.note_path.unlink(missing_ok=True)

    def finish(self) -> None:
        """Drop the note: the file has been given its name."""
        self.note_path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Delete the unfinished file and its note."""
        self.path.unlink(missing_ok=True)
        self.note_path.unlink(missing_ok=True)

    def _note(self) -> Note | None:
        try:
            data = json.loads(self.note_path.read_bytes())
            url, validator, total = data["url"], data["validator"], data["total"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if not (isinstance(url, str) and isinstance(validator, str) and isinstance(total, int | None)):
            return None
        return Note(url, validator, total)
