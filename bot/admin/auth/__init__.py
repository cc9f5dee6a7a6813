"""Who may use the staff console: accounts, sessions, login, and the guard of every page."""
