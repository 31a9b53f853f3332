"""How well a user can navigate: dilution of precision and position error."""
