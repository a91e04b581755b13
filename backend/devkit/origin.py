"""From whose network somebody comes: what limits are counted by."""

import functools
import ipaddress
from typing import Final

_OF_ONE_SUBSCRIBER: Final = 64  # each line of IPv6 brings so many addresses that none of them means anybody


@functools.lru_cache(maxsize=4_096)
def origin_of(address: str) -> str:
    """An IPv4 address as it is, an IPv6 address as its network of 64 bits; what is no address as it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    if found.is_link_local or found.is_loopback:
        return str(found)
    return str(ipaddress.IPv6Network((int(found), _OF_ONE_SUBSCRIBER), strict=False))
