"""Documents and photos of assets: checked, kept on disk by their hash, never decoded in this process."""
