"""Evidence packages: asked for by one person, agreed to by another, built, signed, fetched, destroyed in time."""
