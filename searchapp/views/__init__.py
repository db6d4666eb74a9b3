"""Views: they translate between HTTP and requests, and nothing else."""
