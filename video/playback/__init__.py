"""Recordings on their way from the archive to a decoder: passages asked for by time, over one connection."""
