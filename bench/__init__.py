"""Figures, each beside its floor in the same run, written to build/bench."""
