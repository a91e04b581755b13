"""What is said of something typed that cannot be read."""


class BadField(Exception):
    """What was typed cannot be read; the text says which."""
