"""Data files that QQNet ships."""
