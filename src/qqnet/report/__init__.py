"""The report of a study: one HTML page that needs nothing else, with drawings, maps, series and tables."""
