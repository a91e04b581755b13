"""HTTP and WebSocket for consoles: every route and topic declares its right."""
