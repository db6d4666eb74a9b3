"""What the readers of ICD-10 XML files share: the root element tells the file, its `version` the year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexer.sources.base import Member, Release
from indexer.sources.fiscal import fiscal_release
from indexer.sources.xmlunits import root_name, version_year


class XmlReader:
    """Recognises a file by its root element. `root`: the name of that element."""

    root = ""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell whether the root element is that of these files."""
        return root_name(member.head_text) == self.root

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the release that the `version` element and the name give."""
        return fiscal_release(member, version_year(member.head_text))
