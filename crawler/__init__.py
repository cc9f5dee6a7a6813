"""Crawl service: schedules, jobs, fetch, extract, and the pages it keeps."""
