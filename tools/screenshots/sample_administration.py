"""Accounts, keys, devices, health and backups of the sample city, without a wire."""

import datetime as dt

import msgspec

from console.kit.errors import RequestRefused
from contract.administration import (
    AccountChange,
    ApiKey,
    ApiKeyList,
    ApiKeyRequest,
    BackupFile,
    BackupRun,
    Backups,
    ConfigurationDifference,
    ConfigurationFile,
    ConfigurationLine,
    ConnectionPage,
    ConnectionRequest,
    ConnectionTried,
    DeviceConnection,
    FieldBroker,
    HealthFigure,
    InstalledIntegration,
    LinkFigures,
    NewAccount,
    NewApiKey,
    NewBrokerPassword,
    PermittedAct,
    RightsPreview,
    Role,
    RoleKept,
    RoleList,
    RoleRequest,
    SeenCount,
    SystemHealth,
)
from contract.api import UserList
from contract.devices import Connection, LinkState, LinkStatus
from contract.rights import Grant, Level, Scope, User
from tools.screenshots.sample_bindings import SampleBindings
from tools.screenshots.sample_city import NOW

_ROLES = (
    Role(name="administrator", title="", grants=(Grant(level=Level.CONFIGURE),), is_ours=True),
    Role(name="supervisor", title="", grants=(Grant(level=Level.MANAGE),), is_ours=True),
    Role(name="operator", title="", grants=(Grant(level=Level.OPERATE),), is_ours=True),
    Role(name="observer", title="", grants=(Grant(level=Level.VIEW),), is_ours=True),
    Role(
        name="lighting-crew",
        title="Astreinte éclairage",
        grants=(Grant(level=Level.OPERATE, scope=Scope(services=("lighting",), from_minute=1020, to_minute=480)),),
    ),
)
_POLICE = (Grant(level=Level.VIEW, scope=Scope(communes=("21231",), classes=("camera",))),)


class SampleAdministration(SampleBindings):
    """console.kit.administration_ports.AdministrationCalls; keeps what it was asked."""

    administration_refusal: RequestRefused | None = None

    def __init__(self) -> None:
        super().__init__()
        self.kept_roles = {role.name: role for role in _ROLES}
        self.kept_accounts = {user.name: user for user in _accounts()}
        self.kept_keys = [_key("Open data export", 20, ""), _key("Old weather gateway", -3, "anne")]
        self.kept_connections = {one.connection.id: one for one in _connections()}
        self.kept_broker = FieldBroker(host="127.0.0.1", port=41_883, is_encrypted=False, is_running=True, user="")
        self.backup_run = BackupRun()
        self.backup_files = [
            BackupFile(name="beffroi-20260114-023000.beffroi-backup", size=66_400_000, made_at=NOW - dt.timedelta(1))
        ]
        self.previewed: list[tuple[Grant, ...]] = []
        self.new_passwords: dict[str, str] = {}
        self.tried_connections: list[ConnectionRequest] = []
        self.taken: list[ConfigurationFile] = []

    def _check_administration(self) -> None:
        if self.administration_refusal is not None:
            raise self.administration_refusal

    async def accounts(self) -> UserList:
        self._check_administration()
        items = tuple(self.kept_accounts.values())
        return UserList(items=items, next=None, total=len(items))

    async def add_account(self, wanted: NewAccount) -> User:
        user = User(
            name=wanted.name,
            person=wanted.person,
            display_name=wanted.display_name,
            role=wanted.role,
            grants=self.kept_roles[wanted.role].grants,
        )
        self.kept_accounts[user.name] = user
        self.new_passwords[user.name] = wanted.password
        return user

    async def change_account(self, name: str, wanted: AccountChange) -> User:
        user = self.kept_accounts[name]
        grants = user.grants if wanted.role == user.role else self.kept_roles[wanted.role].grants
        changed = msgspec.structs.replace(
            user, display_name=wanted.display_name, person=wanted.person, role=wanted.role, grants=grants
        )
        self.kept_accounts[name] = changed
        return changed

    async def set_account_rights(self, name: str, grants: tuple[Grant, ...]) -> User:
        self.kept_accounts[name] = msgspec.structs.replace(self.kept_accounts[name], grants=grants)
        return self.kept_accounts[name]

    async def set_account_open(self, name: str, *, is_open: bool) -> User:
        self.kept_accounts[name] = msgspec.structs.replace(self.kept_accounts[name], is_active=is_open)
        return self.kept_accounts[name]

    async def set_account_password(self, name: str, password: str) -> None:
        self.new_passwords[name] = password

    async def roles(self) -> RoleList:
        self._check_administration()
        items = tuple(self.kept_roles.values())
        return RoleList(items=items, next=None, total=len(items))

    async def save_role(self, name: str, wanted: RoleRequest) -> RoleKept:
        role = Role(name=name, title=wanted.title, grants=wanted.grants)
        self.kept_roles[name] = role
        return RoleKept(role=role, followed=("operator1", "operator2"), own_rights=("police",))

    async def remove_role(self, name: str) -> None:
        del self.kept_roles[name]

    async def preview_rights(self, grants: tuple[Grant, ...]) -> RightsPreview:
        self.previewed.append(grants)
        return _preview()

    async def api_keys(self) -> ApiKeyList:
        return ApiKeyList(items=tuple(self.kept_keys), next=None, total=len(self.kept_keys))

    async def make_api_key(self, wanted: ApiKeyRequest) -> NewApiKey:
        key = ApiKey(
            id=f"new{len(self.kept_keys)}",
            name=wanted.name,
            grants=wanted.grants,
            created_at=NOW,
            created_by="administrator",
            expires_at=wanted.expires_at,
            requests_a_minute=wanted.requests_a_minute,
        )
        self.kept_keys.insert(0, key)
        return NewApiKey(key=key, secret=f"bfk_{'7Jx0dJ4n' * 5}")

    async def take_api_key_over(self, key_id: str) -> ApiKey:
        for place, key in enumerate(self.kept_keys):
            if key.id == key_id:
                self.kept_keys[place] = msgspec.structs.replace(key, answered_by="administrator", is_stopped=False)
        return self.kept_keys[0]

    async def revoke_api_key(self, key_id: str) -> ApiKey:
        for place, key in enumerate(self.kept_keys):
            if key.id == key_id:
                self.kept_keys[place] = msgspec.structs.replace(key, revoked_at=NOW, revoked_by="administrator")
        return self.kept_keys[0]

    async def device_connections(self, search: str = "", state: str = "", cursor: str | None = None) -> ConnectionPage:
        self._check_administration()
        found = [
            one
            for one in self.kept_connections.values()
            if search in one.connection.id and state in ("", one.link.state.value)
        ]
        return ConnectionPage(items=tuple(found), next=cursor, total=len(found), integrations=_INTEGRATIONS)

    async def save_device_connection(self, connection_id: str, wanted: ConnectionRequest) -> DeviceConnection:
        one = _connection(connection_id, wanted.integration, wanted.url, LinkState.CONNECTING, 0)
        self.kept_connections[connection_id] = one
        return one

    async def try_device_connection(self, wanted: ConnectionRequest) -> ConnectionTried:
        self.tried_connections.append(wanted)
        return ConnectionTried(
            state="refused", reason="the camera refuses the user name or password", readings=0, seconds=1.4
        )

    async def pause_device_connection(self, connection_id: str, *, is_paused: bool, reason: str) -> DeviceConnection:
        one = self.kept_connections[connection_id]
        state = LinkState.PAUSED if is_paused else LinkState.UP
        changed = msgspec.structs.replace(
            one,
            connection=msgspec.structs.replace(one.connection, is_paused=is_paused),
            link=LinkStatus(connection_id=connection_id, state=state, reason=reason),
        )
        self.kept_connections[connection_id] = changed
        return changed

    async def remove_device_connection(self, connection_id: str) -> None:
        del self.kept_connections[connection_id]

    async def field_broker(self) -> FieldBroker:
        return self.kept_broker

    async def renew_broker_password(self, user: str) -> NewBrokerPassword:
        self.kept_broker = msgspec.structs.replace(self.kept_broker, user=user)
        return NewBrokerPassword(broker=self.kept_broker, password="3vZq0fJx" * 4)

    async def system_health(self) -> SystemHealth:
        return SystemHealth(
            figures=_FIGURES,
            troubles=("the data disk is 83 % full: free space on it, or give it more",),
            started_at=NOW - dt.timedelta(days=12),
            server_time=NOW,
        )

    async def backups(self) -> Backups:
        items = tuple(self.backup_files)
        folder = "/var/lib/beffroi/backups"
        return Backups(items=items, next=None, total=len(items), run=self.backup_run, folder=folder)

    async def begin_backup(self, passphrase: str) -> BackupRun:
        self.new_passwords["backup"] = passphrase
        name = "beffroi-20260115-021340.beffroi-backup"
        self.backup_run = BackupRun(state="running", name=name, what="journal", percent=42, begun_at=NOW, by="admin")
        return self.backup_run

    async def cancel_backup(self) -> BackupRun:
        self.backup_run = msgspec.structs.replace(self.backup_run, state="cancelled")
        return self.backup_run

    async def remove_backup(self, name: str) -> None:
        self.backup_files = [one for one in self.backup_files if one.name != name]

    async def configuration(self) -> ConfigurationFile:
        connections = tuple(one.connection for one in self.kept_connections.values())
        return ConfigurationFile(format=1, roles=tuple(self.kept_roles.values()), connections=connections)

    async def previous_configuration(self) -> ConfigurationFile:
        return await self.configuration()

    async def take_configuration(self, wanted: ConfigurationFile, seal: str = "") -> ConfigurationDifference:
        if seal:
            self.taken.append(wanted)
        lines = (
            ConfigurationLine(
                part="connection",
                name="talq 21231",
                what="changed",
                before="talq_lighting https://10.12.0.4:8443",
                after="talq_lighting https://10.12.0.14:8443",
            ),
        )
        return ConfigurationDifference(lines=lines, seal="seal", is_taken=bool(seal), has_previous=True)


def _accounts() -> tuple[User, ...]:
    def user(name: str, display_name: str, role: str, grants: tuple[Grant, ...], *, is_active: bool = True) -> User:
        return User(
            name=name, person=display_name, display_name=display_name, role=role, grants=grants, is_active=is_active
        )

    operate = (Grant(level=Level.OPERATE),)
    return (
        user("administrator", "Inès Administratrice", "administrator", (Grant(level=Level.CONFIGURE),)),
        user("operator1", "Anne Opératrice", "operator", operate),
        user("operator2", "Paul Opérateur", "operator", operate, is_active=False),
        user("police", "Liaison police", "observer", _POLICE),
    )


def _key(name: str, days: int, revoked_by: str) -> ApiKey:
    return ApiKey(
        id=name[:3],
        name=name,
        grants=_POLICE,
        created_at=NOW - dt.timedelta(days=40),
        created_by="administrator",
        expires_at=NOW + dt.timedelta(days=days),
        requests_a_minute=600,
        revoked_at=NOW - dt.timedelta(days=4) if revoked_by else None,
        revoked_by=revoked_by,
        last_used_at=NOW - dt.timedelta(hours=3),
    )


def _connection(
    id_: str, integration: str, url: str, state: LinkState, assets: int, reason: str = ""
) -> DeviceConnection:
    is_up = state is LinkState.UP
    figures = LinkFigures(
        readings=48_211 if is_up else 1_204,
        losses=0 if is_up else 3,
        unanswered=2,
        last_heard=NOW - dt.timedelta(seconds=4 if is_up else 5_400),
        up_percent=99.9 if is_up else 71.4,
        a_minute=tuple((number * 7) % 40 + 20 for number in range(30)) if is_up else (30, 12, 4) + (0,) * 27,
    )
    return DeviceConnection(
        connection=Connection(
            id=id_, integration=integration, url=url, secret_name=id_, is_paused=state is LinkState.PAUSED
        ),
        link=LinkStatus(connection_id=id_, state=state, reason=reason),
        figures=figures,
        assets=assets,
        has_credentials=True,
    )


def _connections() -> tuple[DeviceConnection, ...]:
    return (
        _connection("camera CAM-014", "onvif_camera", "http://10.30.0.14", LinkState.UP, 1),
        _connection(
            "camera CAM-022",
            "onvif_camera",
            "http://10.30.0.22",
            LinkState.REFUSED,
            1,
            "the camera refuses the user name or password",
        ),
        _connection("talq 21231", "talq_lighting", "https://10.12.0.4:8443", LinkState.UP, 14_880),
        _connection(
            "talq 21515", "talq_lighting", "https://10.12.0.7:8443", LinkState.DOWN, 1_430, "no answer within 10 s"
        ),
        _connection(
            "talq 21617", "talq_lighting", "https://10.12.0.9:8443", LinkState.PAUSED, 996, "works on the network"
        ),
    )


_INTEGRATIONS = (
    InstalledIntegration(
        name="onvif_camera", title_fr="Caméras ONVIF", title_en="ONVIF cameras", protocol="ONVIF Profile S",
        tier="silver", classes=("camera",), settings={"poll_s": "5"},
    ),
    InstalledIntegration(
        name="talq_lighting", title_fr="Éclairage TALQ", title_en="TALQ lighting", protocol="TALQ 2.4",
        tier="silver", classes=("streetlight",), settings={"answer_s": "10"},
    ),
)  # fmt: skip


def _preview() -> RightsPreview:
    def seen(key: str, of: int, view: int, operate: int = 0) -> SeenCount:
        return SeenCount(key=key, of=of, view=view, operate=operate, manage=0, configure=0)

    def act(method: str, path: str, summary: str, needs: str, reach: str) -> PermittedAct:
        return PermittedAct(method=method, path=path, summary=summary, needs=needs, reach=reach)

    return RightsPreview(
        all=seen("", 35_412, 15_102, 14_880),
        communes=(seen("21231", 15_102, 15_102, 14_880), seen("21515", 1_502, 0), seen("21617", 1_020, 0)),
        services=(seen("lighting", 34_800, 14_880, 14_880), seen("video_protection", 269, 222)),
        classes=(seen("camera", 269, 222), seen("streetlight", 34_120, 14_600, 14_600)),
        acts=(
            act("GET", "/assets", "Search assets.", "VIEW", "somewhere"),
            act("POST", "/claims", "Place a claim.", "OPERATE", "somewhere"),
            act("GET", "/users", "All accounts.", "CONFIGURE", "no"),
            act("GET", "/me", "Who am I?", "session", "everywhere"),
        ),
        has_hours=False,
    )


_FIGURES = (
    HealthFigure(group="loop", code="loop_p95_ms", value=3.1, unit="ms", limit=200.0),
    HealthFigure(group="loop", code="loop_max_ms", value=21.4, unit="ms", limit=1_000.0),
    HealthFigure(group="queues", code="intake_waiting", value=12.0, limit=75_000.0),
    HealthFigure(group="queues", code="storage_waiting", value=0.0, limit=75_000.0),
    HealthFigure(group="stream", code="stream_consoles", value=25.0),
    HealthFigure(group="stream", code="stream_late_p95_ms", value=2.4, unit="ms", limit=200.0),
    HealthFigure(group="stream", code="stream_slow", value=1.0, state="watch", limit=10.0, who="mur"),
    HealthFigure(group="refused", code="refused_keys", value=312.0, state="watch", limit=600.0, who="Open Data"),
    HealthFigure(group="refused", code="refused_passwords", value=0.0, limit=30.0),
    HealthFigure(
        group="refused",
        code="refused_doors",
        value=24.0,
        state="watch",
        limit=120.0,
        who="192.0.2.17",
        of="vehicles",
        last_at=NOW - dt.timedelta(seconds=4),
    ),
    HealthFigure(group="disk", code="disk_used_percent", value=83.0, unit="%", state="watch", limit=95.0),
    HealthFigure(group="disk", code="disk_free_mb", value=41_200.0, unit="MB"),
    HealthFigure(group="disk", code="database_mb", value=1_204.0, unit="MB"),
    HealthFigure(group="memory", code="memory_mb", value=412.0, unit="MB"),
    HealthFigure(group="memory", code="memory_free_percent", value=4.1, unit="%", state="bad", limit=5.0),
    HealthFigure(group="memory", code="open_files", value=148.0, limit=921.6),
    HealthFigure(group="intake", code="intake_readings", value=1_204_332.0),
    HealthFigure(group="city", code="assets", value=35_412.0),
    HealthFigure(group="versions", code="version_beffroi", value=None, text="0.1.0"),
    HealthFigure(group="versions", code="version_python", value=None, text="3.11.7"),
)
