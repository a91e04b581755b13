"""Vehicles: what they do, where they were, who is nearest."""
