"""Where the map looks and how hands move it."""
