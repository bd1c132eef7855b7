"""Coded segments become themes whose counts are sets of studies."""
