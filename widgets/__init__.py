"""Reusable widgets: fed with values, they speak by signals."""
