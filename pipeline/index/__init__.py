"""An enriched article → a document, and the search over all of them."""
