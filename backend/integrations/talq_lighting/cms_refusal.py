"""How we refuse a gateway's request: in TALQ's own error messages."""

from collections.abc import Mapping

from backend.integrations.talq_lighting.protocol.values import ErrorMessage


def refusal(key: str, description: str) -> ErrorMessage:
    """An error message with one of TALQ's recommended keys."""
    return ErrorMessage(key=key, description=description)


class Refused(Exception):
    """A request that TALQ lets us refuse."""

    def __init__(self, status: int, key: str, description: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.headers = headers
        self.message = refusal(key, description)
