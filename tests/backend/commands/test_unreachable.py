"""`import --server` and `export --server` say why nothing came from the backend, and what to do."""

import asyncio
import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend.commands.through_server import ServerRefused
from backend.commands.upload import upload
from contract.imports import ImportOptions

_LONG_AGO, _LONG_AFTER = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2120, 1, 1, tzinfo=dt.UTC)
_OPTIONS = ImportOptions(class_="camera", file_name="x.csv")


def _own_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "control.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(_LONG_AGO).not_valid_after(_LONG_AFTER)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    clear = serialization.NoEncryption()
    file = folder / "server.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear)
    )
    return file


async def test_a_certificate_of_an_unknown_authority_names_the_option(tmp_path: Path) -> None:
    file, token = tmp_path / "x.csv", tmp_path / "token"
    file.write_text("code;lon;lat\n")
    token.write_text("t\n")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(_own_certificate(tmp_path))
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=tls)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ServerRefused, match="--ca-file FILE"):
            await upload(f"https://127.0.0.1:{port}", token, file, _OPTIONS, dry_run=True)


async def test_a_backend_that_is_off_is_asked_after(tmp_path: Path) -> None:
    file, token = tmp_path / "x.csv", tmp_path / "token"
    file.write_text("code;lon;lat\n")
    token.write_text("t\n")
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(ServerRefused, match="Does its backend run"):
        await upload(f"http://127.0.0.1:{port}", token, file, _OPTIONS, dry_run=True)
