"""The tour of the main path on the demo city."""
