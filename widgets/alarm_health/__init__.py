"""Widgets of alarm health: figures beside their targets, and the trend."""
