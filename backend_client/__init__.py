"""The client of a backend: a session with typed requests, and a mirror of its stream. No Qt."""
