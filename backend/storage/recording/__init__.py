"""What the map showed, in dated append-only files of compressed columns."""
