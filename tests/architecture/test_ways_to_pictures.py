"""Every way to a picture is known, and each passes the gate: a new one that does not fails here."""

import ast
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args, get_origin, get_type_hints

import msgspec
import pytest

from backend.api.routes import ROUTES
from backend.services.viewing.gate import Door
from contract.masks import Mask
from contract.media import MediaCommand

ROOT: Final = Path(__file__).parents[2]
BACKEND: Final = ROOT / "backend"
# The four doors. What a command lets out is decided here by a person, not by its name.
LETS_OUT: Final = {
    "IssueTicket": Door.LIVE,
    "IssueFootageTicket": Door.FOOTAGE,
    "TakeStill": Door.STILL,
    "BuildEvidence": Door.EVIDENCE,
}
# With masks in them, and yet nothing leaves.
KEEPS_IN: Final = {
    "MasksChanged": "takes pictures away",
    "SealFootage": "copies within the archive; what leaves it leaves as evidence or footage",
}
# Without masks, and nothing leaves.
NO_PICTURES: Final = {
    "OpenCamera",
    "CloseCamera",
    "PlanRecording",
    "RecordEvent",
    "ListFootage",
    "ReleaseSeal",
    "CancelEvidence",
    "RevokeUser",
    "ProbeStream",
}
# Who may make the commands of a door, and the parts of a package.
MAKERS: Final = {
    "IssueTicket": {"backend/services/viewing/live.py"},
    "IssueFootageTicket": {"backend/services/viewing/footage_tickets.py"},
    "TakeStill": {"backend/services/viewing/stills.py"},
    "BuildEvidence": {"backend/services/evidence", "backend/services/evidence.py"},
    "FootagePart": {"backend/services/evidence", "backend/services/evidence.py", "backend/services/footage/seals.py"},
    "Permit": {"backend/services/viewing/gate.py"},
}
SEALING: Final = "backend/services/footage/seals.py"
# Routes whose answer is a picture, or opens one.
PICTURE_ROUTES: Final = {
    "POST /cameras/{camera_id}/view",
    "POST /cameras/{camera_id}/footage/view",
    "POST /cameras/{camera_id}/still",
    "GET /evidence/{evidence_id}/file",
}
# Of video, what the backend may import: the papers and the wrapping of packages, the end of a child; no reader of
# pictures.
OPENS_NONE: Final = {
    "video.child_process",
    "video.evidence.manifest",
    "video.evidence.package",
    "video.evidence.verifier",
    "video.evidence.verifier.words",
}
OTHER_IMAGES: Final = {
    "GET /base-maps/{map_id}/tiles/{z}/{x}/{y}": "a drawn map",
    "GET /assets/{asset_id}/documents/{document_id}/content": "a paper or photo that a person put in the asset's file",
    "GET /assets/{asset_id}/documents/{document_id}/picture": "such a photo, made small",
    "GET /exports/{job_id}/file": "a table of assets",
    "GET /notes/{seq}/pictures/{picture_id}": "a photo that a person put beside a note",
}
# Draws photos that persons put into an asset's file, in a process of its own that knows no camera.
DRAWS_PHOTOS: Final = BACKEND / "services" / "documents" / "picture_child.py"


def _commands() -> dict[str, type]:
    return {kind.__name__: kind for kind in get_args(MediaCommand)}


def _holds_masks(kind: object, seen: frozenset[object] = frozenset()) -> bool:
    """Whether a value of this type bears masks, however deep."""
    if kind is Mask:
        return True
    if kind in seen:
        return False
    if get_origin(kind) is not None or isinstance(kind, types.UnionType):
        return any(_holds_masks(part, seen) for part in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind)
        return any(_holds_masks(hint, seen | {kind}) for hint in hints.values())
    return False


def test_every_command_of_the_media_process_is_known_to_let_pictures_out_or_not() -> None:
    commands = _commands()
    assert set(commands) == {*LETS_OUT, *KEEPS_IN, *NO_PICTURES}, "a new command: say here what leaves by it"
    masked = {name for name, kind in commands.items() if _holds_masks(kind)}
    assert masked == {*LETS_OUT, *KEEPS_IN}


def test_each_door_of_the_gate_is_one_command_and_asks_for_masks() -> None:
    assert set(LETS_OUT.values()) == set(Door)
    for name in LETS_OUT:
        kind = _commands()[name]
        for part in (kind, *_structs_in(kind)):
            for field in msgspec.structs.fields(part):
                if field.name == "masks":
                    assert field.required, f"{part.__name__}.masks must be asked for"


def _structs_in(kind: type) -> Iterator[type]:
    for hint in get_type_hints(kind).values():
        for part in get_args(hint):
            if isinstance(part, type) and issubclass(part, msgspec.Struct) and "masks" in get_type_hints(part):
                yield part


class Made(typing.NamedTuple):
    """Where a value is made."""

    path: str
    line: int
    name: str
    function: ast.FunctionDef | ast.AsyncFunctionDef | None


def _made(path: Path, root: Path = ROOT) -> Iterator[Made]:
    tree = ast.parse(path.read_text("utf-8"))
    renamed = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    def walk(node: ast.AST, function: ast.FunctionDef | ast.AsyncFunctionDef | None) -> Iterator[Made]:
        for child in ast.iter_child_nodes(node):
            inner = child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
            if isinstance(child, ast.Call):
                called = child.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                name = renamed.get(name, name)
                if name in MAKERS:
                    yield Made(str(path.relative_to(root)), child.lineno, name, function)
            yield from walk(child, inner)

    yield from walk(tree, None)


def _annotations(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return {
        part.id
        for argument in arguments
        if argument.annotation is not None
        for part in ast.walk(argument.annotation)
        if isinstance(part, ast.Name)
    }


def _all_made() -> list[Made]:
    return [made for path in sorted(BACKEND.rglob("*.py")) for made in _made(path)]


def test_what_opens_a_door_is_made_only_where_the_gate_was_passed() -> None:
    for made in _all_made():
        places = MAKERS[made.name]
        where = f"{made.path}:{made.line} makes {made.name}"
        assert any(made.path == place or made.path.startswith(f"{place}/") for place in places), where
        if made.name == "Permit" or made.path == SEALING:
            continue
        assert made.function is not None, where
        is_permitted = "Permit" in _annotations(made.function) or "current" in _called(made.function)
        assert is_permitted, f"{where} in a function that is given no Permit, nor asks the gate"


def test_each_door_is_really_made_somewhere() -> None:
    made = {one.name for one in _all_made()}
    assert made >= {"IssueTicket", "IssueFootageTicket", "TakeStill", "Permit"}


def test_whoever_makes_a_command_reads_the_masks_of_that_very_moment() -> None:
    """Between the gate's last word and the command nothing is awaited: no change of masks or rights slips between."""
    places = sorted({ROOT / made.path for made in _all_made() if made.name in LETS_OUT})
    assert len(places) >= len(Door) - 1
    for path in places:
        functions = [
            node
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.AsyncFunctionDef) and set(_called(node)) & set(LETS_OUT)
        ]
        assert functions, path
        for function in functions:
            lines = _called(function)
            said, made = min(lines["current"]), max(line for name in LETS_OUT for line in lines.get(name, ()))
            awaits = [node.lineno for node in ast.walk(function) if isinstance(node, ast.Await)]
            late = [line for line in awaits if said <= line < made]
            assert not late, f"{path.relative_to(ROOT)}:{late} awaits between the gate's last word and the command"


def _called(function: ast.AST) -> dict[str, list[int]]:
    """What is called within, and in which lines."""
    lines: dict[str, list[int]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            lines.setdefault(name, []).append(node.lineno)
    return lines


def test_no_route_answers_bytes_of_pictures_unknown_to_this_list() -> None:
    for route in ROUTES:
        name = f"{route.method} {route.path}"
        is_picture = route.answer_type.startswith(("image/", "video/", "application/zip", "application/octet-stream"))
        opens_one = getattr(route.answer, "__name__", "") in {"ViewTicket", "FootageTicket"}
        if is_picture or opens_one:
            assert name in PICTURE_ROUTES or name in OTHER_IMAGES, f"{name} answers pictures: it must pass the gate"


@pytest.mark.parametrize("name", ["snapshot", "stream_uri"])
def test_what_a_camera_itself_would_give_is_asked_by_nobody_but_its_integration(name: str) -> None:
    """An adapter's snapshot is a picture without masks; its address is for the media process alone."""
    allowed = {
        "snapshot": set[str](),
        "stream_uri": {"backend/services/viewing/live.py"},
    }[name]
    for path in sorted(BACKEND.rglob("*.py")):
        relative = str(path.relative_to(ROOT))
        if relative.startswith(("backend/integrations/", "backend/devkit/")):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
                called = node.value.func
                if isinstance(called, ast.Attribute) and called.attr == name:
                    assert relative in allowed, f"{relative}:{node.lineno} asks a camera for its {name}"


def test_the_backend_opens_no_picture_itself() -> None:
    """Neither the archive on disk nor a decoder: pictures are the media process's alone."""
    for path in sorted(BACKEND.rglob("*.py")):
        if "simulator" in path.name or "simulator" in path.parts or path == DRAWS_PHOTOS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign = {name for name in names if name.split(".")[0] in {"video", "media", "av", "cv2"}}
            opened = foreign - OPENS_NONE
            assert not opened, f"{path.relative_to(ROOT)} imports {opened}"


def test_a_way_around_the_gate_is_seen(tmp_path: Path) -> None:
    """The test itself works: a function without a permit is found, under whatever name it imports the command."""
    probe = tmp_path / "backend" / "sneaky.py"
    probe.parent.mkdir()
    probe.write_text(
        "from contract.media import TakeStill as Quick\n\n\nasync def look(user: str):\n    return Quick(id=user)\n"
    )
    [made] = _made(probe, tmp_path)
    assert (made.name, made.path) == ("TakeStill", "backend/sneaky.py")
    assert made.function is not None
    assert "Permit" not in _annotations(made.function)
