"""A listener is told its port before it opens it: until then nobody else is given that port by the system."""

import contextlib
import socket
from pathlib import Path

from backend.devkit.free_port import free_port

_HANDED_OUT = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_the_system_hands_it_to_nobody_before_it_is_opened() -> None:
    first = int(_HANDED_OUT.read_text().split()[0]) if _HANDED_OUT.exists() else 32_768
    assert all(1_024 < free_port() < first for _ in range(50))


def test_nobody_listens_there_and_it_can_be_opened_at_once() -> None:
    with contextlib.ExitStack() as taken:
        ports = set[int]()
        for _ in range(40):
            port = free_port()
            taken.enter_context(socket.create_server(("127.0.0.1", port)))
            ports.add(port)
        assert len(ports) == 40
