"""The evidence package: what it holds, how it is written, and the one file that verifies it without our software."""
