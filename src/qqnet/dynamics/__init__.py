"""Equations of motion and their numerical integration: gravity, radiation pressure, burns."""
