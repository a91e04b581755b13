"""Alarms as the backend keeps them: one writer, journal first; conditions, folds, work on them, figures."""
