"""Bytes of a feed → feed entries."""
