"""A ChirpStack v4 network server as its broker shows it, with sensors that speak when they are told to."""
