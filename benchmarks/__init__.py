"""Measures CodeFacet beside other search engines, on the same records and the same queries, in one run."""
