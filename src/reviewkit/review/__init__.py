"""A folder of files becomes one review."""
