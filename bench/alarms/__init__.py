"""Alarms measured: the core, floods folded by the real desk, its restart."""
