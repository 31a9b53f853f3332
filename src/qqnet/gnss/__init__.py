"""Signals of Earth's navigation satellites far from Earth: transmit patterns, reception, who is usable."""
