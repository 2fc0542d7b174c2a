"""Raw pages and feeds, kept for ever."""
