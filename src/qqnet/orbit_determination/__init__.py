"""How well orbits and clocks of a constellation are known: tracking, filtering, signal in space."""
