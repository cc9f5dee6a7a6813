"""Gateway: the only public door. SMS webhook, web chat API, widget files, admin console."""
