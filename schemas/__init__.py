"""Data only: record kinds, ranking and language files, as YAML."""
