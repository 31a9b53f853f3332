"""Service volumes: whether users from the surface up to an altitude are covered, by links and by geometry."""
