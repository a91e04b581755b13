"""Car parks reckoned from their bays, and stays that are too long."""
