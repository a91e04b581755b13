"""What the process of our own broker is told and what it says."""

import msgspec


class BrokerOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Where to listen and for whom; `trusted` may do all. Port 0 takes a free one."""

    host: str
    port: int
    passwords: dict[str, str]
    trusted: tuple[str, ...]
    certificate_file: str = ""
    key_file: str = ""


class BrokerRefused(msgspec.Struct, frozen=True, kw_only=True):
    """What the child says from then on: how many were not let in lately, by address."""

    addresses: dict[str, int]


class BrokerListens(msgspec.Struct, frozen=True, kw_only=True):
    """What the child says first, once: its port, or why it cannot."""

    port: int = 0
    trouble: str = ""
