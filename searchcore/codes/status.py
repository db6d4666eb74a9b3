"""The one status enumeration for all code systems."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Status of a record on one day.

    `UNKNOWN` means that no loaded release decides on its life on that day. It never means invalid.
    """

    ACTIVE = "active"
    HEADER = "header"
    FUTURE = "future"
    DELETED = "deleted"
    UNKNOWN = "unknown"
