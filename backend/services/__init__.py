"""What the backend does: live state, alarms, claims, commands, identity, the register."""
