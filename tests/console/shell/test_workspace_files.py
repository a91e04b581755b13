"""A workspace that travels as a file: whole on the other side, and harmless when a stranger wrote it."""

import base64
from pathlib import Path

import msgspec
import pytest

from console.kit.panel_spec import Area
from console.shell.default_workspaces import DEFAULTS
from console.shell.workspace_files import LARGEST_BYTES, NotAWorkspace, load, read, save, written
from console.shell.workspaces import PlacedPanel, ScreenLayout, WorkspaceLayout

PANELS = {"map", "alarms", "card", "cameras", "assets", "handover", "logbook", "journal"}
THREE = DEFAULTS["operator-3-screens"]


def _file(screens: object, name: str = "nuit", **more: object) -> bytes:
    workspace = {"name": name, "screens": screens, "version": 1}
    return msgspec.json.encode({"format": "beffroi-workspace", "version": 1, "workspace": workspace, **more})


def _screen(**more: object) -> dict[str, object]:
    return {"panels": [{"panel_id": "map", "area": "center"}], **more}


def test_it_comes_out_as_it_went_in_save_for_the_screens_it_stood_on(tmp_path: Path) -> None:
    marked = msgspec.structs.replace(THREE.screens[0], screen_name="DP-1", screen_serial="S", screen_area=(0, 0, 9, 9))
    file = tmp_path / "nuit.json"
    save(written(msgspec.structs.replace(THREE, screens=(marked, *THREE.screens[1:]))), file)
    assert read(load(file), PANELS) == (THREE, ())
    assert [each.name for each in tmp_path.iterdir()] == ["nuit.json"]


def test_panels_of_another_console_are_left_out_and_named() -> None:
    foreign = ScreenLayout(panels=(PlacedPanel("weather", Area.LEFT), PlacedPanel("map", Area.CENTER)))
    layout, unknown = read(written(WorkspaceLayout(name="n", screens=(foreign,))), PANELS)
    assert [placed.panel_id for placed in layout.screens[0].panels] == ["map"]
    assert unknown == ("weather",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"format":"other","version":1,"workspace":{"name":"n","screens":[]}}',
        _file([]),
        _file([_screen()] * 33),
        _file([{"panels": [{"panel_id": "map", "area": "center"}] * 101}]),
        _file([{"panels": [{"panel_id": "weather", "area": "left"}]}]),
        _file([_screen()], name="~\n\t"),
        _file([_screen()], padding="x" * LARGEST_BYTES),
    ],
)
def test_what_is_none_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(NotAWorkspace) as refused:
        read(content, PANELS)
    assert refused.value.reason.startswith("workspace.file_")


def test_a_dock_state_that_would_unpack_to_gigabytes_is_dropped() -> None:
    bomb = base64.b64encode(b"\xff\xff\xff\xf0" + b"x" * 100).decode()
    layout, _ = read(_file([_screen(dock_state=bomb)]), PANELS)
    assert layout.screens[0].dock_state == ""


def test_a_name_takes_no_line_breaks_and_shares_no_absurd_figures() -> None:
    layout, _ = read(_file([_screen(sizes={"map": [10**12, 1], "card": [2, 1]})], name=" ~nu\nit\x00 "), PANELS)
    assert layout.name == "nuit"
    assert layout.screens[0].sizes == {"card": (2, 1)}
