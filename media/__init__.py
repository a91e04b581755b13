"""The media process: opens each camera once and relays it to consoles under one-shot tickets."""
