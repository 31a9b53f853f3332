"""Modulation and channel coding: what a rate costs in energy a bit and in bandwidth."""
