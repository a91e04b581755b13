"""Video that console and media process both need: receive, serve, decode. No Qt, no backend."""
