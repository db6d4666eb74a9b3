"""The Whoosh schema of a kind: the merged field that is searched and scored, and one field per text field.

`text` holds every word of a record once, weighted by the fields that it stands in: the weighted term
frequency of BM25F, so that a word in title and synonym is one occurrence that counts for more, not two.
The fields `in_NAME` hold positions only; they answer `field:word` and phrases. The field `expansions` says
which words of a record come through which language rule (`rule_term`). The fields `facet_NAME` and
`sort_COLUMN` are columns; they let Whoosh's own searcher group and sort.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from whoosh import columns, fields, formats

from searchcore.schema import KindSchema
from searchcore.whoosh_engine.analysis import CodeAnalyzer

MERGED = "text"
RECORD = "record"
FACET = "facet_"
SORT = "sort_"
CODE_SORT = SORT + "code"
INDEX_NAME = "records"
WORDS = "words"
PARTS = "parts"
EXPANSIONS = "expansions"
RULES = "rules"
SUGGEST = "suggest"
# In place of the number of a record.
NO_RECORD = 0xFFFFFFFF
VALIDITY_COLUMNS = ("valid_from", "valid_to")

# A weight of 1 in the weights of postings: the weights of fields are multiples of 1 / 20.
WEIGHT_UNITS = 20


class WeightedWords(formats.Format):  # type: ignore[misc]  # whoosh has no types
    """A posting that is a weight and nothing else."""

    posting_size = 0

    def decode_frequency(self, _value: bytes) -> int:
        """Return 1: how often a word stands somewhere is folded into its weight."""
        return 1


class PackedPositions(formats.Positions):  # type: ignore[misc]
    """Positions as unsigned 32-bit numbers; Whoosh's own format pickles them one posting at a time."""

    def encode(self, poslist: Sequence[int]) -> bytes:
        """Return positions as the bytes of a posting."""
        return array("I", poslist).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """Return the positions of a posting."""
        found = array("I")
        found.frombytes(valuestring)
        return found.tolist()

    def decode_frequency(self, valuestring: bytes) -> int:
        """Return how often the word stands in the field."""
        return len(valuestring) // 4


class FacetValues(fields.COLUMN):  # type: ignore[misc]
    """Facet values: text, which the column keeps as bytes."""

    def to_bytes(self, value: str | bytes) -> bytes:
        """Return a value as the column keeps it."""
        return value if isinstance(value, bytes) else value.encode()

    def from_bytes(self, value: bytes) -> str:
        """Return a value as people read it."""
        return value.decode()


def place_field(name: str) -> str:
    """Return the name of the Whoosh field with the positions of a text field."""
    return f"in_{name}"


def rule_term(stem: str, rule: int | None = None) -> str:
    """Return the term of a word that a rule adds, or how the terms of all rules begin that add it."""
    return f"{stem}\x1f{'' if rule is None else rule}"


def sort_columns(schema: KindSchema) -> list[str]:
    """Return the columns that have ranks to sort by; codes and scores have their own."""
    return sorted({sort.column for sort in schema.sorts.values()} - {"score", "code"})


def rank_columns(schema: KindSchema) -> list[str]:
    """Return the columns to sort by that keep ranks of their own; the days are in the classes of validity."""
    return [name for name in sort_columns(schema) if name not in VALIDITY_COLUMNS]


def whoosh_schema(schema: KindSchema) -> Any:
    """Return the Whoosh schema of a kind."""
    analyzer = CodeAnalyzer()
    found = fields.Schema()
    if not schema.joined:
        found.add(MERGED, fields.FieldType(WeightedWords(), analyzer, scorable=True))
        for name in schema.text:
            found.add(place_field(name), fields.FieldType(PackedPositions(), analyzer, scorable=False))
        found.add(EXPANSIONS, fields.FieldType(WeightedWords(), analyzer, scorable=False))
    found.add(RECORD, fields.STORED())
    for facet in schema.facets.values():
        if not facet.as_of:
            column = columns.VarBytesListColumn() if facet.several else columns.RefBytesColumn()
            found.add(FACET + facet.name, FacetValues(column))
    for name in sort_columns(schema):
        found.add(SORT + name, fields.COLUMN(columns.NumericColumn("i", default=-1)))
    found.add(CODE_SORT, fields.COLUMN(columns.NumericColumn("i", default=-1)))
    return found
