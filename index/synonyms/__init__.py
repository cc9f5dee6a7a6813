"""Words that mean the same and abbreviations, kept by staff: stored, checked, imported, and used in searches."""
