"""Vector search (FAISS), partitioned by jurisdiction."""
