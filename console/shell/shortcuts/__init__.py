"""F1: every key as it is now, and another one where somebody prefers it."""
