"""From changed documents to a published snapshot."""
