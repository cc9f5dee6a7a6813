"""Who may use the staff console: accounts, login, and the guard of every page."""
