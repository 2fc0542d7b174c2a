"""Pages per second, CPU time and memory: our fetcher and others against one local server; and memory with many feeds due."""
