"""Mirrors of the backend's state, coalesced to the console's tick."""
