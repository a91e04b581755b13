"""Alarm health: the journal read as it grows, figures by seat, and what to do about bad actors."""
