"""Ephemeris files of the field, read and written: every format meets in `segment.Segment`."""
