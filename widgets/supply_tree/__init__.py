"""A tree of what feeds what: drawn as far as it is opened, changed by dragging."""
