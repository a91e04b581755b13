"""ONVIF's own schemas, with what they import from elsewhere read from the copies that the zeep client brings."""

import re
from pathlib import Path

import onvif
from lxml import etree

_XS = "{http://www.w3.org/2001/XMLSchema}"
_WILDCARD = re.compile(r"<xs:any(?=\s)[^>]*?(?:/>|>.*?</xs:any>)", re.DOTALL)
_SOAP_ENVELOPE = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/2003/05/soap-envelope">'
    '<xs:complexType name="Envelope"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded"/></xs:sequence>'
    '</xs:complexType><xs:complexType name="Fault"/></xs:schema>'
)


class _Copies(etree.Resolver):
    """No network: each foreign address is a file of the same name."""

    def resolve(self, system_url: str, public_id: str, context: object) -> object:
        if system_url.endswith("soap-envelope"):
            return self.resolve_string(_SOAP_ENVELOPE, context)
        if system_url.startswith("http"):
            name = system_url.rstrip("/").rsplit("/", 1)[-1]
            return self.resolve_filename(str(Path(onvif.__file__).parent / "wsdl" / name), context)
        if system_url.endswith(".xsd") and "/schema/" in system_url:
            return self.resolve_string(_tightened(Path(system_url).read_text()), context, base_url=system_url)
        return None


def service_schema(wsdl: Path) -> etree.XMLSchema:
    """The schema inside a service's WSDL."""
    schema = etree.fromstring(wsdl.read_bytes()).find(f".//{_XS}schema")
    assert schema is not None
    return _compiled(etree.tostring(schema).decode(), wsdl)


def common_schema(xsd: Path) -> etree.XMLSchema:
    """A schema file with its imports."""
    return _compiled(xsd.read_text(), xsd)


def _compiled(schema: str, path: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Copies())
    return etree.XMLSchema(etree.fromstring(_tightened(schema).encode(), parser, base_url=str(path)))


def _tightened(schema: str) -> str:
    """Room for extensions makes some content models ambiguous, and libxml2 refuses them: here nothing is extended."""
    undeclared = schema.partition("?>")[2] if schema.lstrip("\ufeff").startswith("<?xml") else schema
    return _WILDCARD.sub("", undeclared)
