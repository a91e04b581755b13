"""Cameras that speak ONVIF (Profile S): identity, streams, PTZ, motion and tamper events."""
