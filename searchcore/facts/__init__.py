"""The fact tables of a generation: one read-only SQLite file, each row with its release and source row."""

from searchcore.facts.reader import Facts, ReleaseInfo
from searchcore.facts.schema import TABLES, FactTable

__all__ = ["TABLES", "FactTable", "Facts", "ReleaseInfo"]
