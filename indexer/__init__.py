"""The batch program: imports the agencies' files, links their rows into records, builds and publishes generations."""
