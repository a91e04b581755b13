"""Roles, machines' keys, connections, health, backups: what administrators see and change."""
