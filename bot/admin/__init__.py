"""Console for city staff: sources, FAQs, questions and votes, and a log of every change."""
