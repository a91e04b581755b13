"""Recordings as the backend answers for them: plans, what is there, what is marked, what is sealed."""
