"""From WARC files to a searchable index, beside the others who read Common Crawl News."""
