"""Cleaning for hours: memory and the slowest page over thousands of pages in one process."""
