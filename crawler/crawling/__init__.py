"""One crawl of one source: frontier, visits, safeguards, ledger."""
