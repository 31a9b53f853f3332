"""The contact plan, and the formats it is exchanged in."""
