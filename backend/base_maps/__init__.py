"""Base maps from files and tile servers: they plug in through `backend.ports` and know no service."""
