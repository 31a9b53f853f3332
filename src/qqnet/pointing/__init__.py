"""Who points where: beams are few, and are given out among the lines of sight."""
