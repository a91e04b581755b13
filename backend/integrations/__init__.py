"""One folder per field protocol."""
