"""One scenario through all floors: stages, the study folder, its results and summary."""
