"""One program a client: reads a `Plan` from its arguments, fetches it, prints what a `Meter` saw."""
