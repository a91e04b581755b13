"""The one error that parsers of video bytes raise."""


class ProtocolError(Exception):
    """The peer sent bytes that break its protocol; the text says which rule."""
