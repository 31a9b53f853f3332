"""Frequencies: who may use which, and who disturbs whom."""
