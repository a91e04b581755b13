"""The real application on a real database, attacked by Schemathesis with the application's own OpenAPI."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

from backend.bootstrap import Backend
from backend.options import BackendOptions
from backend_client.session import Session
from contract.points import Reading
from contract.rights import Grant, Level, User
from tests.backend.api.two_communes import equipment

CHECKS: Final = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# Ends the login that all others run under; asks the whole network for cameras.
LEFT_OUT: Final = ("post_logout", "get_cameras_discovery")
# Python 3.11 now and then, deep in a recursion, while the attacker describes its own source.
_PYTHON_FELL: Final = "SystemError: AST constructor recursion depth mismatch"
# What stands here is met now and then; else every request would end at "no such asset".
_KNOWN: Final[Mapping[str, Sequence[object]]] = {
    "asset_id": (1, 2, 3, 4_294_967_295),
    "camera_id": (5, 10, 77),
    "alarm_id": (1, 2, 4_294_967_295),
    "class": ("streetlight", "camera", "no-such"),
    "kind": ("lampFailure", "no-such"),
    "code": ("21231", "99999"),
    "map_id": ("none",),
    "team": ("operator", "nobody"),
}


class Attacked:
    """A backend with a small city, and somebody logged in who may do everything."""

    def __init__(self, url: str, token: str, folder: Path) -> None:
        self.url = url
        self._token = token
        self._folder = folder

    async def description(self) -> dict[str, Any]:
        """What the application says of itself, with ids that are met now and then."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/api/v1/openapi.json") as answer:
            return _with_known_ids(await answer.json())

    async def attack(self, description: Mapping[str, Any], *options: str, routes: str = "") -> tuple[int, str]:
        """Schemathesis' exit code and what it said. `routes`: a pattern of operation ids."""
        for _ in range(2):
            code, said = await self._attack_once(description, *options, routes=routes)
            if _PYTHON_FELL not in said:
                return code, said
        return await self._attack_once(description, *options, routes=routes)

    async def _attack_once(self, description: Mapping[str, Any], *options: str, routes: str) -> tuple[int, str]:
        document = self._folder / "openapi.json"
        document.write_text(json.dumps(description), "utf-8")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", "run", str(document), f"--url={self.url}",
            "-H", f"Authorization: Bearer {self._token}", f"--checks={CHECKS}", "--seed=1", "--no-color",
            "--request-timeout=10", "--suppress-health-check=all", "--warnings=off",
            *(f"--exclude-operation-id={name}" for name in LEFT_OUT),
            *((f"--include-operation-id-regex={routes}",) if routes else ()), *options,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=self._folder,
        )  # fmt: skip
        try:
            said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode or 0, said.decode("utf-8", "replace")


@asynccontextmanager
async def attacked(folder: Path) -> AsyncGenerator[Attacked]:
    """It runs until the end of the block."""
    backend = Backend(BackendOptions(data_dir=folder / "data"))
    await backend.start()
    session = Session(backend.url)
    try:
        await backend.register.apply(list(equipment()), "system", note="a small city")
        everything = (Grant(level=Level.CONFIGURE),)
        user = User(name="anne", person="anne", display_name="Anne", role="administrator", grants=everything)
        await backend.identity.add_user(user, "anne-password", by="system")
        at = backend.clock.now()
        failed = Reading(asset_id=2, point="lampFailure", value=True, device_time=at)
        backend.intake.report_ours([failed])
        await session.login("anne", "anne-password")
        yield Attacked(backend.url, session.access_token, folder)
    finally:
        await session.close()
        await backend.close()
        await asyncio.get_running_loop().shutdown_default_executor()


def _with_known_ids(described: dict[str, Any]) -> dict[str, Any]:
    for item in described["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                known = _KNOWN.get(parameter["name"])
                if parameter["in"] == "path" and known is not None:
                    parameter["schema"] = {"enum": list(known)}
    return described
