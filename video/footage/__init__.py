"""Recordings on disk: segments of fragments, an index beside each, facts of the day; written here, read anywhere."""
