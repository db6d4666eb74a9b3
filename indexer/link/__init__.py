"""Links typed rows into records of the four kinds, with validity, facets and origins."""
