"""A loop over directions as one computation with one more axis, the first."""
