"""Golden sets made from the installation's own pages and FAQs."""
