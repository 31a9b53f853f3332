"""The circular restricted three-body problem: libration points, periodic orbits, their families."""
