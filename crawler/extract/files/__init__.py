"""Text of Word, Excel, CSV and plain text files."""
