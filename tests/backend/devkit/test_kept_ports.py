"""Devices find us where they found us before."""

from pathlib import Path

import pytest

from backend.devkit.kept_ports import KeptPorts


def test_a_port_is_the_same_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    ports = KeptPorts(file)
    assert ports.port("lighting") == 0
    ports.keep("lighting", 40_001)
    ports.keep("doors", 40_002)
    ports.keep("lighting", 40_003)
    again = KeptPorts(file)
    assert (again.port("lighting"), again.port("doors")) == (40_003, 40_002)
    assert [one.name for one in tmp_path.iterdir()] == ["ports.json"]


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b'{"lighting": "x"}', b'{"lighting": -1}', b'{"lighting": 70000}'])
def test_a_file_that_is_broken_means_any_port(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "ports.json"
    file.write_bytes(text)
    ports = KeptPorts(file)
    assert ports.port("lighting") == 0
    ports.keep("lighting", 40_001)
    assert KeptPorts(file).port("lighting") == 40_001


def test_a_disk_that_takes_nothing_stops_nobody(tmp_path: Path) -> None:
    ports = KeptPorts(tmp_path / "gone" / "ports.json")
    ports.keep("lighting", 40_001)
    assert ports.port("lighting") == 40_001
