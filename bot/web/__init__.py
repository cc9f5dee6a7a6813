"""The web channel: chat API and the page that needs no JavaScript."""
