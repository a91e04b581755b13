"""The clips of an evidence package: planned, written, and written on after an interruption."""
