"""Duplicate records: sure, unsure, merged, and undone."""
