"""The one door to a served generation: search, counts per kind, records, facts."""

from __future__ import annotations
