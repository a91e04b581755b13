"""Pieces that several panels show: they know stores and widgets, and no panel."""
