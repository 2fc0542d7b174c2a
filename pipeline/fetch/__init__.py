"""A URL → a fetched page, politely and within every limit."""
