"""Search over medical billing codes: codes, schemas, requests, results, facts and the engine behind them."""

__version__ = "0.1.0"
