"""The batch program: imports files, links their rows into records, builds and publishes generations."""
