"""Recordings: which cameras are kept when, on disk for how long, and what of it is sealed."""
