"""Recorder, decoder, backend and console killed with SIGKILL while people work: `python -m bench video-kills`."""
