"""Each benchmark prints a table, ours side by side with others in one run: `python -m benchmarks.<name>`."""
