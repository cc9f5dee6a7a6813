"""Search service: passages, embeddings, vector and keyword index, ranking, FAQs, votes."""
