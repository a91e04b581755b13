"""Ed25519 (RFC 8032), verification only."""

from __future__ import annotations

import hashlib

_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P


def _recovered_x(y: int, sign: int) -> int | None:
    x2 = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(x2, (_P + 3) // 8, _P)
    if (x * x - x2) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - x2) % _P or (x == 0 and sign):
        return None
    return _P - x if (x & 1) != sign else x


def _point(y: int, sign: int) -> tuple[int, int, int, int] | None:
    x = _recovered_x(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _added(p: tuple[int, int, int, int], q: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, p: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _added(total, p)
        p, number = _added(p, p), number >> 1
    return total


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` (64 bytes) is that of `message` by the key (32 bytes)."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    packed, scalar = int.from_bytes(public_key, "little"), int.from_bytes(signature[32:], "little")
    key, base = _point(packed & (2**255 - 1), packed >> 255), _point(4 * pow(5, _P - 2, _P) % _P, 0)
    if key is None or base is None or scalar >= _L:
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % _L
    minus = (_P - key[0], key[1], 1, _P - key[3])
    x, y, z, _ = _added(_times(scalar, base), _times(hashed, minus))
    shrink = pow(z, _P - 2, _P)
    return (y * shrink % _P | (x * shrink % _P & 1) << 255).to_bytes(32, "little") == signature[:32]
