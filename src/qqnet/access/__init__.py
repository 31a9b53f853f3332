"""Who sees whom: elevation, occultation and line-of-sight windows."""
