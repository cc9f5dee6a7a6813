"""What every Townclerk process shares: settings, errors, database, cities, command line.

The processes live in the folders named after them (`crawler`, `index`, `actions`,
`bot/gateway`). Nothing here imports any of them except `cli`, `launcher` and the
migrations, which put them together.
"""

__version__ = "0.1.0"
