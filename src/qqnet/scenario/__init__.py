"""What a user writes: the schema of a scenario, its units, loading and checking, the shipped scenarios."""
