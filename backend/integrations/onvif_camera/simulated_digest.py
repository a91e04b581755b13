"""HTTP Digest (RFC 7616, MD5 as cameras use it) from the camera's side."""

import hashlib
import re
import secrets

_PAIR = re.compile(r'(\w+)=(?:"([^"]{0,500})"|([^\s,"]{1,500}))', re.ASCII)


class DigestChallenge:
    """One camera's challenge: who knows the password can answer it."""

    def __init__(self, realm: str) -> None:
        self._realm = realm
        self._nonce = secrets.token_hex(16)

    @property
    def header(self) -> str:
        """The WWW-Authenticate header."""
        return f'Digest realm="{self._realm}", nonce="{self._nonce}", qop="auth", algorithm=MD5'

    def is_proved_by(self, authorization: str, method: str, path: str, user: str, password: str) -> bool:
        """Whether an Authorization header was made with this user and password for this request."""
        scheme, _, rest = authorization.partition(" ")
        if scheme.lower() != "digest":
            return False
        said = {match[1].lower(): match[2] or match[3] or "" for match in _PAIR.finditer(rest)}
        if (said.get("username"), said.get("nonce"), said.get("uri")) != (user, self._nonce, path):
            return False
        secret = _md5(f"{user}:{self._realm}:{password}")
        question = _md5(f"{method}:{path}")
        middle = ":".join((self._nonce, said.get("nc", ""), said.get("cnonce", ""), "auth"))
        return secrets.compare_digest(said.get("response", ""), _md5(f"{secret}:{middle}:{question}"))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
