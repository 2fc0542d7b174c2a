"""A fetched page → an article, or the reason why not."""
