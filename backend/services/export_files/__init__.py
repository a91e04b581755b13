"""The register as files: what stands in the columns, and each format that it is written in."""
