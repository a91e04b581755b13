from collections.abc import Mapping

from zeep.wsdl.definitions import Binding

class Document:
    bindings: Mapping[str, Binding]
