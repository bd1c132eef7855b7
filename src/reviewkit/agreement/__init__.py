"""Kappa and its family, and what a reported kappa allows."""
