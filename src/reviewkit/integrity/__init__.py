"""Can these numbers be true: denominators, overlaps, constructs."""
