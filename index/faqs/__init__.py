"""FAQs: rows, CSV files, store."""
