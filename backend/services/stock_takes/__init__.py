"""Stock-takes: campaigns in which the assets of a zone are looked for on the ground."""
