"""What lies under the assets: base maps made of picture tiles, and lines and areas drawn by us."""
