"""Packages as somebody else would install them: on the path, with the metadata that announces what they bring."""

from pathlib import Path
from typing import Final

MANIFEST: Final = """name = "{name}"
title_fr = "Essai"
title_en = "Trial"
protocol = "none"
tier = "bronze"
classes = ["streetlight"]
"""
ADAPTER: Final = """
import asyncio
from contract.devices import LinkState
from contract.points import Reading


class Rain:
    async def start(self):
        pass

    def adapter(self, connection, bindings, sink):
        return Drops(bindings, sink)

    async def close(self):
        pass


class Drops:
    def __init__(self, bindings, sink):
        self.bindings, self.sink = bindings, sink

    async def run(self):
        self.sink.link_changed(LinkState.UP)
        self.sink.report([Reading(one.asset_id, "actualLightState", 42.0) for one in self.bindings])
        await asyncio.Event().wait()

    async def execute(self, command):
        raise RuntimeError("a bug in execute")

    async def read_back(self, asset_ids):
        pass

    async def close(self):
        pass


def create(context):
    return Rain()
"""


def install(site: Path, name: str, files: dict[str, str], points: dict[str, dict[str, str]]) -> None:
    """A package `name` with these files; `points`: entry points by group."""
    folder = site / name
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    for path, content in files.items():
        (folder / path).write_text(content, "utf-8")
    told = site / f"{name}-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    lines = [
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items())
        for group, entries in points.items()
    ]
    (told / "entry_points.txt").write_text("\n".join(lines), "utf-8")


def install_integration(
    site: Path, name: str, adapter: str = ADAPTER, manifest: str | None = None, **more: str
) -> None:
    """An integration of the same name. `more`: further files, "classes" for its asset classes."""
    files = {"adapter.py": adapter, "manifest.toml": MANIFEST.format(name=name) if manifest is None else manifest}
    if "classes" in more:
        files["asset_classes.toml"] = more["classes"]
    install(site, name, files, {"beffroi.integrations": {more.get("announced", name): more.get("package", name)}})
