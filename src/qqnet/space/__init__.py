"""Bodies, time scales, reference frames, ephemerides and surface grids."""
