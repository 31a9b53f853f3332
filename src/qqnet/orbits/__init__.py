"""Orbit definitions and what becomes of them: trajectories on one table type."""
