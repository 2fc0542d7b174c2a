"""Who finds copies of wire stories best, and how fast."""
