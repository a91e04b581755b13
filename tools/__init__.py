"""Tools for those who build Beffroi."""
