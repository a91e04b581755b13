"""Cameras that exist only in a demo city or a test: street scenes over RTSP, with faults on demand."""
