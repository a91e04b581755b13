"""The map beside others that do the same job: each in a process of its own, taking turns on one display."""
