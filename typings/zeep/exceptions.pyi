from collections.abc import Sequence

class Error(Exception):
    message: str

class _QualifiedName:
    localname: str

class Fault(Error):
    code: str | None
    subcodes: Sequence[_QualifiedName | str] | None

class TransportError(Error):
    status_code: int
