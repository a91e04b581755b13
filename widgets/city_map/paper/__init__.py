"""The map on paper: sheets, reports, pictures."""
