"""The logbook: notes of a shift, with their pictures."""
