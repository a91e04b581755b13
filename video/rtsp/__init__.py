"""RTSP 1.0: pure messages, a client for cameras, a server for consoles."""
