"""Decoding in child processes: newest pictures at tile size in shared memory, supervised."""
