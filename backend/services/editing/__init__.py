"""The register changed by hand: fields, places, many at once, with the way back."""
