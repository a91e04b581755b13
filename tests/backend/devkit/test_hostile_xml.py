"""XML from the network: bombs, depths and floods are refused at once, the rest is read as anybody reads it."""

import contextlib
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from backend.devkit.errors import ProtocolError
from backend.devkit.hostile_xml import check_xml, parse_xml

BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\x00" * 1000,
        b"<a>",
        BOMB,
        OUTSIDE,
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
        b"<a>" * 1_000_000,
        b"<a>" * 100 + b"</a>" * 100,
        b"<a>" + b"<b/>" * 30_000 + b"</a>",
        b"<a>" + b"x" * (5 * 2**20) + b"</a>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        "<a>\ud800</a>".encode("utf-8", "surrogatepass"),
    ],
    ids=[
        "empty",
        "zeros",
        "cut",
        "bomb",
        "file",
        "network",
        "million",
        "deep",
        "many",
        "large",
        "encoding",
        "surrogate",
    ],
)
def test_hostile_xml_is_refused_quickly(document: bytes) -> None:
    began = time.thread_time()
    for read in (check_xml, parse_xml):
        with pytest.raises(ProtocolError):
            read(document)
    assert time.thread_time() - began < 0.4


def test_xml_that_names_a_file_or_a_server_opens_neither(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("c4n4ry")
    opened: list[str] = []
    is_reading = True

    def hears(event: str, arguments: tuple[object, ...]) -> None:
        if is_reading and event in {"open", "socket.connect", "socket.getaddrinfo", "urllib.Request"}:
            opened.append(f"{event} {arguments}")

    sys.addaudithook(hears)  # it cannot be taken off again: it is deaf afterwards
    for target in (secret.as_uri(), str(secret), "http://127.0.0.1:9/a.dtd", "ftp://127.0.0.1:9/a"):
        for document in (
            f'<!DOCTYPE a [<!ENTITY b SYSTEM "{target}">]><a>&b;</a>',
            f'<!DOCTYPE a SYSTEM "{target}"><a/>',
            f'<!DOCTYPE a [<!ENTITY % b SYSTEM "{target}"> %b;]><a/>',
            f'<a xmlns:x="http://www.w3.org/2001/XInclude"><x:include href="{target}" parse="text"/></a>',
            f'<?xml-stylesheet href="{target}"?><a/>',
        ):
            for read in (check_xml, parse_xml):
                with contextlib.suppress(ProtocolError):
                    told = read(document.encode())
                    assert told is None or "c4n4ry" not in ET.tostring(told, "unicode")
    is_reading = False
    assert opened == []


def test_sound_xml_is_read_as_the_standard_library_reads_it() -> None:
    document = (
        b'<?xml version="1.0"?><a:one xmlns:a="urn:a" xmlns="urn:b" plain="1" a:other="2">text &amp; more'
        b"<two>&#233;</two>tail<!-- said --><a:three/></a:one>"
    )
    assert ET.tostring(parse_xml(document)) == ET.tostring(ET.XML(document))
