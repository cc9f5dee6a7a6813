"""Reading a question: turns, spelling, synonyms, jurisdictions."""
