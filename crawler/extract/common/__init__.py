"""What every extractor needs: blocks, dates, titles, language."""
