"""Loops over directions as one computation with one more axis."""
