"""How well the first hits answer judged queries, for this engine and for others given the same texts."""
