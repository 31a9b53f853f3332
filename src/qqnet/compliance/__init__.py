"""Compliance: a study held against requirement tables, which are data."""
