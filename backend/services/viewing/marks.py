"""What the register may say of secrets: a short hash that names them and opens nothing."""

import hashlib


def session_mark(session: str) -> str:
    """Tells one login from another in the journal; empty for none."""
    return _mark("session", session)


def ticket_mark(ticket: str) -> str:
    """Joins what was asked, what began and what ended; empty for none."""
    return _mark("ticket", ticket)


def _mark(kind: str, secret: str) -> str:
    return hashlib.sha256(f"{kind}:{secret}".encode()).hexdigest()[:16] if secret else ""
