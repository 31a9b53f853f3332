"""Bundles of the users' flows over the contact plan: what arrives, when, and what does not."""
