"""A backend on TLS: whom the console believes, and what it says of one it does not."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from console.kit.errors import BackendSilent, NotTrusted, RequestRefused
from console.shell.connection import Connection
from console.shell.options import parse
from console.shell.trust import NoAuthority, authority_for, context_of, trust_in_children
from tests.console.conftest import Bench


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "control post")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "ca.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


async def _refuse(_request: web.Request) -> web.Response:
    return web.json_response({"type": "about:blank", "title": "Wrong password.", "status": 401}, status=401)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    """A backend that refuses everybody, on TLS; its address and its authority."""
    public, private = _certificate(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(public, private)
    application = web.Application()
    application.router.add_post("/api/v1/login", _refuse)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"https://{host}:{port}", public
    await runner.cleanup()


async def _log_in(bench: Bench, url: str, tls: ssl.SSLContext | None) -> None:
    connection = Connection(url, bench.stores, lambda _name, _error: None, tls=tls)
    try:
        await connection.log_in("marie", "secret")
    finally:
        await connection.close()
        await asyncio.sleep(0)


async def test_whom_the_pinned_authority_vouches_for_is_believed(bench: Bench, server: tuple[str, Path]) -> None:
    url, authority = server
    with pytest.raises(RequestRefused, match="Wrong password"):
        await _log_in(bench, url, context_of(authority))


async def test_a_server_nobody_vouches_for_is_told_from_a_silent_one(bench: Bench, server: tuple[str, Path]) -> None:
    url, _authority = server
    with pytest.raises(NotTrusted):
        await _log_in(bench, url, None)
    with pytest.raises(BackendSilent) as silent:
        await _log_in(bench, "https://127.0.0.1:1", None)
    assert not isinstance(silent.value, NotTrusted)


def test_the_authority_given_now_wins_over_the_one_remembered(tmp_path: Path) -> None:
    remembered = {"https://control.example": "/kept.pem"}
    assert authority_for("https://control.example/", None, remembered) == Path("/kept.pem")
    assert authority_for("https://control.example", tmp_path, remembered) == tmp_path
    assert authority_for("https://other.example", None, remembered) is None


def test_a_file_without_a_certificate_is_refused_before_anything_opens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "no.pem"
    file.write_text("hello")
    with pytest.raises(NoAuthority):
        context_of(file)
    with pytest.raises(SystemExit) as left:
        parse(["--server", "https://control.example", "--ca", str(file)])
    assert left.value.code == 2
    assert "--ca" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        parse(["--ca", str(file)])


def test_decoder_processes_trust_the_pinned_authority_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "")  # put back afterwards
    monkeypatch.setenv("SSL_CERT_DIR", "")
    public, _private = _certificate(tmp_path)
    trust_in_children(public)
    trusted = ssl.create_default_context().get_ca_certs()
    assert len(trusted) == 1
    assert "control post" in str(trusted[0])
