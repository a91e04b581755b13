"""A list of cameras as rows that can be tried: assets checked like any import, passwords kept apart."""

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec

from backend.services.import_files.assets import AssetMaker, RowRefused
from backend.services.import_files.columns import choose_columns
from backend.services.import_files.delimited import parse_csv
from backend.services.import_files.rows import FileRefused, SourceRow, SourceTable
from contract.assets import Asset
from contract.onboarding import MOST_CAMERAS, CameraToAdd

CAMERA: Final = "camera"
_OURS: Final = {
    "url": ("url", "adresse_onvif", "onvif", "service"),
    "user": ("user", "utilisateur", "login", "identifiant_camera"),
    "password": ("password", "mot_de_passe", "motdepasse", "passwd"),
    "source": ("source", "source_video"),
}
_LONGEST_URL: Final = 500
_LONGEST_CREDENTIAL: Final = 128


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One row: the asset it would be, and how its camera is reached; or why it cannot be taken."""

    row: int
    asset: Asset | None
    is_new: bool = True
    url: str = ""
    user: str = ""
    password: str = ""
    source: str = ""
    refusal: str = ""
    code: str = ""

    @property
    def credentials(self) -> str:
        """As the vault keeps them; empty when the camera asks for none."""
        return f"{self.user}:{self.password}" if self.user else ""

    def __repr__(self) -> str:
        """Without user and password."""
        return f"Candidate({self.code!r})"


MakerOf = Callable[[dict[str, str], SourceTable], AssetMaker]


def candidates_of_file(content: bytes, maker_of: MakerOf) -> Sequence[Candidate]:
    """The rows of a CSV file: the columns of any camera import, and url, user, password. Raises FileRefused."""
    table = parse_csv(content, is_cancelled=lambda: False)
    ours = {field: _column(table.column_names, names) for field, names in _OURS.items()}
    if ours["url"] is None:
        raise FileRefused("no column says where the cameras answer: name one url (http://HOST/onvif/device_service)")
    # What opens a camera never becomes a field of its asset.
    private = {column for column in ours.values() if column is not None}
    names = tuple(name for name in table.column_names if name not in private)
    rows = [
        SourceRow(row.number, {name: row.columns.get(name) for name in names}, row.point, row.line, row.problem)
        for row in table.rows
    ]
    reached = [
        {field: str(row.columns.get(column) or "").strip() if column else "" for field, column in ours.items()}
        for row in table.rows
    ]
    return _candidates(SourceTable(rows, names, has_geometry=False), reached, maker_of)


def candidates_of(cameras: Sequence[CameraToAdd], maker_of: MakerOf) -> Sequence[Candidate]:
    """Cameras that a person entered. Raises FileRefused."""
    names = ("code", "name", "number", "street", "commune", "lon", "lat")
    rows: list[SourceRow] = []
    reached: list[dict[str, str]] = []
    for number, camera in enumerate(cameras, start=1):
        cells: dict[str, object] = {name: getattr(camera, name) for name in names}
        rows.append(SourceRow(number, cells))
        reached.append({"url": camera.url, "user": camera.user, "password": camera.password, "source": camera.source})
    return _candidates(SourceTable(rows, names, has_geometry=False), reached, maker_of)


def _candidates(table: SourceTable, reached: Sequence[dict[str, str]], maker_of: MakerOf) -> Sequence[Candidate]:
    if not table.rows:
        raise FileRefused("the list is empty")
    if len(table.rows) > MOST_CAMERAS:
        raise FileRefused(f"the list has more than {MOST_CAMERAS} cameras: split it")
    columns = choose_columns(table.column_names, CAMERA, {}, has_geometry=False)
    if "code" not in columns:
        raise FileRefused("no column gives the cameras' codes: name one code")
    maker = maker_of(columns, table)
    return [_candidate(row, how, maker, columns["code"]) for row, how in zip(table.rows, reached, strict=True)]


def _candidate(row: SourceRow, how: dict[str, str], maker: AssetMaker, code_column: str) -> Candidate:
    code = str(row.columns.get(code_column) or "")[:60]
    try:
        _check(how)
        asset, before = maker.make(row)
    except RowRefused as refused:
        return Candidate(row=row.number, asset=None, refusal=str(refused), code=code, url=how["url"][:200])
    return Candidate(row=row.number, asset=asset, is_new=before is None, code=asset.code, **how)


def _check(how: dict[str, str]) -> None:
    url = how["url"]
    try:
        parts = urlsplit(url)
        is_reachable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 80) > 0
    except ValueError:
        is_reachable, parts = False, urlsplit("")
    if not is_reachable or len(url) > _LONGEST_URL:
        raise RowRefused("its url is not written http://HOST/onvif/device_service")
    if parts.username or parts.password:
        raise RowRefused("its url holds a password: give user and password in columns of their own")
    if any(len(how[name]) > _LONGEST_CREDENTIAL for name in ("user", "password", "source")):
        raise RowRefused("its user, password or source is too long")
    if ":" in how["user"]:
        raise RowRefused("a user name holds no colon")
    if how["password"] and not how["user"]:
        raise RowRefused("it has a password and no user")


def _column(names: Sequence[str], usual: Sequence[str]) -> str | None:
    by_plain = {name.strip().casefold().replace(" ", "_"): name for name in reversed(names)}
    return next((by_plain[name] for name in usual if name in by_plain), None)
