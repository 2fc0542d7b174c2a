"""The ledger: what was seen, what is to be done, how it ended."""
