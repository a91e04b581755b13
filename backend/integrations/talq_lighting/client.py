"""Our requests to one gateway: the client half of TALQ."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from typing import Final

import aiohttp

from backend.devkit.errors import DeviceError, LinkDown, LinkRefused, ProtocolError
from backend.integrations.talq_lighting.protocol.logs import LoggerConfig
from backend.integrations.talq_lighting.protocol.programs import Calendar, ControlProgram
from backend.integrations.talq_lighting.protocol.values import (
    API_VERSION,
    VERSION_HEADER,
    AssignCommand,
    Device,
    DeviceClass,
    Function,
    Group,
    OverrideCommand,
    Service,
)
from backend.integrations.talq_lighting.protocol.wire import (
    compose,
    parse,
    parse_device,
    parse_devices,
    parse_errors,
    parse_function,
)

_LARGEST_ANSWER: Final = 32 * 1024 * 1024
_NOT_ALLOWED: Final = frozenset({401, 403})


class GatewayRefusal(DeviceError):
    """The gateway answered and refused this request, in its own words."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class AnswerLost(LinkDown):
    """The request may have arrived; its answer did not."""


class GatewayClient:
    """Requests to the gateway below `base_url`.

    Raises LinkDown when nothing was sent, AnswerLost when the request may have arrived, LinkRefused when the gateway
    does not know us, GatewayRefusal when it refuses this request, ProtocolError when its answer is not TALQ.
    """

    def __init__(
        self, session: aiohttp.ClientSession, base_url: str, client_address: str, *, timeout_s: float = 10.0
    ) -> None:
        self._session = session
        self._base = base_url.rstrip("/")
        self._client_address = client_address
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)

    async def services(self) -> Sequence[Service]:
        """The gateway's services and their limits."""
        return parse(await self._ask("GET", "services"), tuple[Service, ...])

    async def device_classes(self) -> Sequence[DeviceClass]:
        """What its devices can do."""
        return parse(await self._ask("GET", "device-classes"), tuple[DeviceClass, ...])

    async def devices(self) -> Sequence[Device]:
        """All devices at once."""
        return parse_devices(await self._ask("GET", "devices"))

    async def devices_page(self, offset: int, limit: int) -> Sequence[Device]:
        """Some devices, for gateways that support pages."""
        query = {"offset": str(offset), "limit": str(limit)}
        return parse_devices(await self._ask("GET", "devices", query=query))

    async def device(self, address: str) -> Device:
        """One device."""
        return parse_device(await self._ask("GET", f"devices/{address}"))

    async def function(self, address: str, function_id: str, *, timeout_s: float | None = None) -> Function:
        """One function of a device with its attributes."""
        return parse_function(await self._ask("GET", f"devices/{address}/{function_id}", timeout_s=timeout_s))

    async def change_function(self, address: str, function: Function) -> None:
        """Write attributes of a function."""
        await self._ask("PATCH", f"devices/{address}/{function.id}", function)

    async def subscribe(self, config: LoggerConfig) -> None:
        """Install a logger, or replace it."""
        try:
            await self._ask("PUT", f"logger-configs/{config.address}", config)
        except GatewayRefusal as refusal:
            if refusal.status != 404:
                raise
            await self._ask("POST", "logger-configs", config)

    async def override(self, command: OverrideCommand, request_id: str) -> None:
        """Drive devices, or let them go."""
        await self._ask("POST", "override-commands", command, request_id=request_id)

    async def assign(self, command: AssignCommand) -> None:
        """Give devices a calendar."""
        await self._ask("POST", "assign-commands", command)

    async def programs(self) -> Sequence[ControlProgram]:
        """The control programs it holds."""
        return parse(await self._ask("GET", "control-programs"), tuple[ControlProgram, ...])

    async def calendars(self) -> Sequence[Calendar]:
        """The calendars it holds."""
        return parse(await self._ask("GET", "calendars"), tuple[Calendar, ...])

    async def groups(self) -> Sequence[Group]:
        """The groups it holds."""
        return parse(await self._ask("GET", "groups"), tuple[Group, ...])

    async def write_program(self, program: ControlProgram) -> None:
        """Replace a control program, or add it."""
        await self._put_or_post("control-programs", program.id, program)

    async def write_calendar(self, calendar: Calendar) -> None:
        """Replace a calendar, or add it."""
        await self._put_or_post("calendars", calendar.id, calendar)

    async def write_group(self, group: Group) -> None:
        """Replace a group, or add it."""
        await self._put_or_post("groups", group.address, group)

    async def _put_or_post(self, path: str, key: str, value: Calendar | ControlProgram | Group) -> None:
        try:
            await self._ask("PUT", f"{path}/{key}", value)
        except GatewayRefusal as refusal:
            if refusal.status != 404:
                raise
            await self._ask("POST", path, [value])

    async def _ask(
        self,
        method: str,
        path: str,
        value: object = None,
        *,
        query: Mapping[str, str] | None = None,
        request_id: str = "",
        timeout_s: float | None = None,
    ) -> bytes:
        params = {"clientAddress": self._client_address, **(query or {})}
        if method != "GET":
            params["talqRequestId"] = request_id or str(uuid.uuid4())
        headers = {VERSION_HEADER: API_VERSION, "Accept": "application/json"}
        body = None
        if value is not None:
            body = compose(value)
            headers["Content-Type"] = "application/json"
        timeout = self._timeout if timeout_s is None else aiohttp.ClientTimeout(total=timeout_s)
        try:
            async with self._session.request(
                method, f"{self._base}/{path}", params=params, data=body, headers=headers, timeout=timeout,
                allow_redirects=False,
            ) as response:  # fmt: skip
                answer = await _read(response)
                status = response.status
        except aiohttp.ClientConnectorError as error:
            raise LinkDown(f"the gateway cannot be reached: {error.os_error.strerror or error}") from error
        except TimeoutError as error:
            raise AnswerLost(f"the gateway did not answer within {timeout.total:g} s") from error
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise AnswerLost(f"the gateway broke the connection: {error}") from error
        if status in _NOT_ALLOWED:
            raise LinkRefused("the gateway does not accept us as its CMS: check the client address and certificate")
        if status >= 500:
            raise AnswerLost(f"the gateway has an internal error (HTTP {status})")
        if not 200 <= status < 300:
            raise GatewayRefusal(status, _reason(status, answer))
        return answer


async def _read(response: aiohttp.ClientResponse) -> bytes:
    if (response.content_length or 0) > _LARGEST_ANSWER:
        raise ProtocolError("the gateway's answer is larger than we accept")
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > _LARGEST_ANSWER:
            raise ProtocolError("the gateway's answer is larger than we accept")
        chunks.append(chunk)
    return b"".join(chunks)


def _reason(status: int, answer: bytes) -> str:
    try:
        errors = parse_errors(answer)
    except ProtocolError:
        return f"the gateway refused (HTTP {status})"
    said = "; ".join(f"{error.key}: {error.description or ''}".strip(": ") for error in errors)
    return f"the gateway refused: {said[:300]}"
