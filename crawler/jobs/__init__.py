"""Sources, schedules and crawl runs."""
