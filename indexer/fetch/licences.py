"""Who accepted the licence of which source, and when: `<data-dir>/licences.json`, only ever added to."""

from __future__ import annotations

import datetime as dt
import json
import os
import pwd
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from indexer.descriptions import SourceDescription
from indexer.fetch.connection import plain_host
from indexer.files import write_json
from searchcore.errors import FetchError

FILE_NAME = "licences.json"
FLAG = "--accept-cms-ama-license"
_TO_READ = {
    "cms-ama": "read the AMA/CMS point-and-click licence at https://www.cms.gov/license/ama",
    "user": "read the licence that came with your copy",
}
# The Accept button of the CMS licence page asks for the file's own address with these added.
_CMS_HOST, _CMS_ACCEPTED = "cms.gov", {"agree": "yes", "next": "Accept"}


@dataclass(frozen=True)
class Acceptance:
    """A licence accepted: `user` is the name of the account, `accepted` the time in UTC, ISO 8601."""

    source: str
    licence: str
    user: str
    accepted: str


class Licences:
    """The acceptances recorded in a data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE_NAME
        self._entries = self._read()

    def accept(self, source: SourceDescription) -> None:
        """Record that this user accepts the licence of a source, unless that stands there already."""
        if source.needs_acceptance and self.of(source) is None:
            now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            self._entries.append(Acceptance(source.id, source.licence, user_name(), now))
            write_json(self.path, [asdict(entry) for entry in self._entries])

    def of(self, source: SourceDescription) -> Acceptance | None:
        """Return this user's acceptance of the licence of a source; None if there is none."""
        wanted = (source.id, source.licence, user_name())
        found = (entry for entry in self._entries if (entry.source, entry.licence, entry.user) == wanted)
        return next(found, None)

    def check(self, source: SourceDescription) -> Acceptance | None:
        """Return the acceptance that a download rests on; None where none is needed.

        Raises:
            FetchError: it is needed and was not given; the line says what to read and which flag to give.
        """
        if not source.needs_acceptance:
            return None
        acceptance = self.of(source)
        if acceptance is None:
            raise FetchError(
                f"its licence ({source.licence}) has not been accepted",
                mend=f"{_TO_READ[source.licence]}, then give {FLAG}",
            )
        return acceptance

    def _read(self) -> list[Acceptance]:
        try:
            return [Acceptance(**entry) for entry in json.loads(self.path.read_bytes())]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError) as error:
            raise FetchError(
                "the record of accepted licences is damaged",
                where=str(self.path),
                mend=f"move it away and give {FLAG}",
            ) from error


def user_name() -> str:
    """Return the name of the account that runs this; not LOGNAME, which anybody may set."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def accepted_address(url: str, source: SourceDescription) -> str:
    """Return the address as the CMS licence page asks for it once its licence is accepted.

    Only for sources under that licence, and only on the agency's own host.
    """
    parts = urlsplit(url)
    if source.licence != "cms-ama" or plain_host(parts.hostname or "") != _CMS_HOST:
        return url
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | _CMS_ACCEPTED
    return urlunsplit(parts._replace(query=urlencode(query)))
