"""The engines that are measured, each behind the same small face (`benchmarks.engines.base`)."""

from __future__ import annotations

from benchmarks.engines.base import Engine
from benchmarks.engines.codefacet import CodeFacet
from benchmarks.engines.sqlite_fts import SqliteFts
from benchmarks.engines.stock_whoosh import StockWhoosh
from benchmarks.engines.tantivy_engine import Tantivy
from benchmarks.engines.xapian_engine import Xapian

ENGINES: dict[str, Engine] = {
    engine.name: engine
    for engine in (CodeFacet(), CodeFacet(all_facets=True), Tantivy(), SqliteFts(), StockWhoosh(), Xapian())
}

__all__ = ["ENGINES", "Engine"]
