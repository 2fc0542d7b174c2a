"""How fast articles are enriched, and whether memory stays flat over many of them."""
