"""The wall, the recorder and playback beside ffmpeg and mpv: `python -m bench video`."""
