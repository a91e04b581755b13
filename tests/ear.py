"""Hears what a signal says."""


class Ear:
    """Connect it to a signal; `heard` holds each emission's values."""

    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []

    def __call__(self, *values: object) -> None:
        """Called by Qt."""
        self.heard.append(values)
