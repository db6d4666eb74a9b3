"""The sub-commands of the indexer, one module each."""
