"""Requests to the sites: politeness, robots.txt, sitemaps, address guard."""
