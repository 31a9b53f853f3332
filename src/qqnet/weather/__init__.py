"""Clouds above sites: how often, for how long, and where at once."""
