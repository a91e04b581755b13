"""The control post measured: register, palette, import, backup; each figure in a file of its own."""
