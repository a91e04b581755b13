"""The palette: one field from which everything is found and every command given."""
