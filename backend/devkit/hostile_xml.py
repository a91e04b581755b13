"""XML from the network: measured before it is read; no document type, so no entities and nothing fetched."""

from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml.ElementTree import fromstring

from backend.devkit.errors import ProtocolError

MAX_BYTES: Final = 5 * 2**20
MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 20_000  # bounds the time any document can hold the loop


def parse_xml(document: bytes, *, max_elements: int = MAX_ELEMENTS) -> Element:
    """The root element, names as {namespace}name. Raises ProtocolError as `check_xml` does."""
    check_xml(document, max_elements=max_elements)
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:
        raise ProtocolError("not well-formed XML") from error
    return root


def check_xml(document: bytes, *, max_elements: int = MAX_ELEMENTS) -> None:
    """Refuse what is too large, too deep, declares a document type, or is not XML. Raises ProtocolError.

    Enough for documents that a library will parse by itself. Undeclared prefixes are left to that library.
    """
    if len(document) > MAX_BYTES:
        raise ProtocolError(f"XML of {len(document)} bytes, more than {MAX_BYTES}")
    depth = elements = 0

    def start(_name: str, _attributes: Mapping[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > MAX_DEPTH:
            raise ProtocolError(f"XML nested deeper than {MAX_DEPTH} levels")
        if elements > max_elements:
            raise ProtocolError(f"XML of more than {max_elements} elements")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse_document_type(*_declared: object) -> None:
        raise ProtocolError("XML with a document type: entities can fill the memory, and no device needs them")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse_document_type
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ProtocolError("not well-formed XML") from error
