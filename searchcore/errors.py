"""Every error that CodeFacet raises on purpose: what happened, where, and how to mend it."""

from __future__ import annotations


class CodeFacetError(Exception):
    """Root of all errors shown to a person.

    Args:
        what: one sentence that says what went wrong.
        where: file, member, line, setting or parameter concerned; empty if none.
        mend: what the person can do about it; empty if nothing.
    """

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line} ({self.mend})" if self.mend else line

    def as_dict(self) -> dict[str, str]:
        """Return the same words as data, for `--json` and problem+json."""
        return {"error": type(self).__name__, "what": self.what, "where": self.where, "mend": self.mend}


class ConfigurationError(CodeFacetError):
    """A setting, a schema or a source description is missing or wrong."""


class SourceFileError(CodeFacetError):
    """A file from an agency cannot be used: damaged, wrong, hostile or incomplete."""


class FetchError(CodeFacetError):
    """A download failed, or what came is not what was asked for."""


class BuildError(CodeFacetError):
    """A build stopped; nothing was published."""


class GenerationError(CodeFacetError):
    """A generation is missing, damaged or in use."""


class QueryError(CodeFacetError):
    """A request names a facet, sort, date or kind that does not exist."""


class NotFoundError(QueryError):
    """The code asked for is in none of the loaded releases."""
