"""Readers: one module per file format, each with a module-level `READER`."""
