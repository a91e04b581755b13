"""Files of assets as tables of rows: GeoJSON and CSV, gzipped or not. Every file is hostile."""
