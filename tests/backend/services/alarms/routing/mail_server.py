"""A real mail server of others (aiosmtpd) on a free port, that does what the test says."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PASSWORD = "correct horse battery"


class Postmaster:
    """Hooks of the server. Answers to RCPT and DATA are taken from the front of the lists; then all is taken."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.slow_s = 0.0
        self.logins: list[str] = []
        self.was_encrypted: list[bool] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt and not (answer := self.rcpt.pop(0)).startswith("250"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.slow_s)
        if self.data and not (answer := self.data.pop(0)).startswith("250"):
            return answer
        content = cast(bytes, envelope.content)
        self.mails.append(message_from_bytes(content, policy=policy.default))
        self.recipients.append([str(address) for address in envelope.rcpt_tos])
        self.was_encrypted.append(session.ssl is not None)
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: object
    ) -> AuthResult:
        if isinstance(auth_data, LoginPassword) and auth_data.password == PASSWORD.encode():
            self.logins.append(auth_data.login.decode())
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False)


@asynccontextmanager
async def mail_server(
    postmaster: Postmaster, certificate: tuple[Path, Path] | None = None, *, is_implicit: bool = False
) -> AsyncGenerator[int]:
    """Its port. With a certificate: STARTTLS (or TLS from the start) and a login are demanded."""
    context: ssl.SSLContext | None = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    loop = asyncio.get_running_loop()

    def connection() -> SMTP:
        return SMTP(
            postmaster,
            hostname="mail.test",
            loop=loop,
            tls_context=None if is_implicit else context,
            require_starttls=context is not None and not is_implicit,
            authenticator=postmaster.authenticate,
            auth_required=context is not None,
            auth_require_tls=not is_implicit,
        )

    server = await loop.create_server(connection, "127.0.0.1", 0, ssl=context if is_implicit else None)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.sleep(0)
