"""What every Townclerk process shares: settings, errors, database, cities, command line.

The processes live in the folders named after them (`crawler`, `index`, `actions`,
`bot/gateway`). Only `launch`, `demo` and the migrations import them, to put them together.
"""

__version__ = "0.1.0"
