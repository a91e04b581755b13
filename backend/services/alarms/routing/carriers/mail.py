"""Messages by mail, over SMTP with STARTTLS or TLS."""

import asyncio
import ssl
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from backend.services.alarms.routing.carriers.carrier import Letter, Result, Tried, tls_context
from backend.services.said import Said, say
from contract.alarm_routing import ChannelSettings, MailSecurity, MailServer

_PERMANENT = 500
_PART_SPACE = 5.0  # seconds in which a server that has taken a message may still say good-bye


class MailCarrier:
    """One SMTP server. A message's Message-ID is made of its key: sent again, mail programs show it once."""

    def __init__(self, settings: ChannelSettings, server: MailServer, password: str) -> None:
        self._settings = settings
        self._server = server
        self._password = password

    async def send(self, letter: Letter) -> Tried:
        """Try once."""
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                return await self._send(letter)
        except TimeoutError:
            return Tried(Result.DOWN, say("mail_slow", seconds=f"{self._settings.timeout_s:g}"))
        except SMTPRecipientsRefused as error:
            return _refused(error.recipients[0])
        except SMTPRecipientRefused as error:
            return _refused(error)
        except SMTPAuthenticationError as error:
            return Tried(Result.DOWN, say("mail_login", number=error.code))
        except SMTPDataError as error:
            if error.code < _PERMANENT:
                return Tried(Result.LATER, say("mail_later", number=error.code))
            return Tried(Result.REFUSED, say("mail_content", number=error.code))
        except SMTPResponseException as error:
            return Tried(Result.DOWN, say("mail_refuses", number=error.code))
        except SMTPServerDisconnected:
            return Tried(Result.DOWN, say("mail_hung_up"))
        except ssl.SSLError as error:
            return Tried(Result.DOWN, say("mail_certificate", reason=error.reason or "TLS"))
        except SMTPConnectError as error:
            return Tried(Result.DOWN, _connect_words(error))
        except SMTPException:
            return Tried(Result.DOWN, say("mail_lacks"))
        except (OSError, ValueError):
            return Tried(Result.DOWN, say("mail_unreached"))

    async def _send(self, letter: Letter) -> Tried:
        security = self._server.security
        client = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user or None,
            password=self._password if self._server.user else None,
            local_hostname=_domain(self._server.sender),
            timeout=self._settings.timeout_s,
            use_tls=security is MailSecurity.TLS,
            start_tls=security is MailSecurity.STARTTLS,
            tls_context=None if security is MailSecurity.NONE else tls_context(self._settings),
        )
        try:
            await client.connect()
            await client.sendmail(self._server.sender, [letter.to], self._mail(letter).as_bytes())
            try:
                async with asyncio.timeout(_PART_SPACE):
                    await client.quit()
            except (SMTPException, OSError, TimeoutError):
                pass  # it was taken
        finally:
            client.close()
        return Tried(Result.DELIVERED)

    def _mail(self, letter: Letter) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._server.sender
        mail["To"] = letter.to
        mail["Subject"] = letter.title
        mail["Date"] = format_datetime(letter.made_at)
        mail["Message-ID"] = f"<{letter.key}@{_domain(self._server.sender)}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text, cte="base64")
        return mail


def _refused(error: SMTPRecipientRefused) -> Tried:
    if error.code < _PERMANENT:
        return Tried(Result.LATER, say("mail_later", number=error.code))
    return Tried(Result.REFUSED, say("mail_address", number=error.code))


def _connect_words(error: SMTPConnectError) -> Said:
    cause = error.__cause__
    if isinstance(cause, ssl.SSLError):
        return say("mail_certificate", reason=cause.reason or "TLS")
    return say("mail_unreached")


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2]
