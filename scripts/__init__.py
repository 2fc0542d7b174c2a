"""Scripts of the project that are Python."""
