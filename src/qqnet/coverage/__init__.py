"""How well a body is covered: satellites in view, gaps, the worst day."""
