"""What administrators see and change: roles, accounts, machines' keys, connections, health, backups."""

import datetime as dt

import msgspec

from contract.devices import Connection, LinkStatus
from contract.rights import Grant


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """What its accounts start with. `is_ours`: it comes with the product and cannot be removed."""

    name: str
    title: str
    grants: tuple[Grant, ...]
    is_ours: bool = False


class RoleList(msgspec.Struct, frozen=True, kw_only=True):
    """All roles."""

    items: tuple[Role, ...]
    next: str | None
    total: int


class RoleRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """PUT /roles/{name}: accounts that still have the role's rights unchanged get the new ones."""

    title: str
    grants: tuple[Grant, ...]


class RoleKept(msgspec.Struct, frozen=True, kw_only=True):
    """A role as it is now, the accounts that followed it, and those that have rights of their own."""

    role: Role
    followed: tuple[str, ...]
    own_rights: tuple[str, ...]


class NewAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /users. Its rights are those of the role."""

    name: str
    role: str
    password: str
    display_name: str = ""
    person: str = ""


class AccountChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """PUT /users/{name}: another role brings the rights of that role."""

    display_name: str
    person: str
    role: str


class PasswordChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """PUT /users/{name}/password: all logins of the account end."""

    password: str


class GrantsToPreview(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /rights/preview: what somebody with these rights would see and do now."""

    grants: tuple[Grant, ...]


class SeenCount(msgspec.Struct, frozen=True, kw_only=True):
    """Of how many assets of one commune, service or class how many are seen, operated, managed, configured."""

    key: str
    of: int
    view: int
    operate: int
    manage: int
    configure: int


class PermittedAct(msgspec.Struct, frozen=True, kw_only=True):
    """One route of the API and whether these rights open it. `reach`: "everywhere", "somewhere" or "no"."""

    method: str
    path: str
    summary: str
    needs: str
    reach: str


class RightsPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What rights come to, reckoned over the assets that there are."""

    all: SeenCount
    communes: tuple[SeenCount, ...]
    services: tuple[SeenCount, ...]
    classes: tuple[SeenCount, ...]
    acts: tuple[PermittedAct, ...]
    has_hours: bool


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A machine's key: its secret is told once and kept as a hash only. `grants`: as they were written.

    `grants_now`: what these and the rights of who answers for it both permit; all that it can do.
    """

    id: str
    name: str
    grants: tuple[Grant, ...]
    created_at: dt.datetime
    created_by: str
    expires_at: dt.datetime
    requests_a_minute: int
    revoked_at: dt.datetime | None = None
    revoked_by: str = ""
    last_used_at: dt.datetime | None = None
    answered_by: str = ""  # the account that answers for it
    is_stopped: bool = False  # that account is closed: it opens nothing until somebody else answers for it
    is_limited: bool = False  # who answers for it may not all that was written
    grants_now: tuple[Grant, ...] = ()


class ApiKeyList(msgspec.Struct, frozen=True, kw_only=True):
    """All keys, those revoked or expired too."""

    items: tuple[ApiKey, ...]
    next: str | None
    total: int


class ApiKeyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /api-keys. Machines view, operate or manage; they never configure."""

    name: str
    grants: tuple[Grant, ...]
    expires_at: dt.datetime
    requests_a_minute: int = 600


class NewApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """The only time that a key's secret is told: `Authorization: Bearer SECRET`."""

    key: ApiKey
    secret: str


class InstalledIntegration(msgspec.Struct, frozen=True, kw_only=True):
    """One field protocol that connections can be of, with its settings and their defaults."""

    name: str
    title_fr: str
    title_en: str
    protocol: str
    tier: str
    classes: tuple[str, ...]
    settings: dict[str, str]


class LinkFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How a connection did since the backend started. `a_minute`: readings in each of the last 30 minutes."""

    readings: int = 0
    losses: int = 0
    unanswered: int = 0
    last_heard: dt.datetime | None = None
    up_percent: float | None = None
    a_minute: tuple[int, ...] = ()


class DeviceConnection(msgspec.Struct, frozen=True, kw_only=True):
    """A device or gateway as administrators see it. The credential itself never leaves the backend."""

    connection: Connection
    link: LinkStatus
    figures: LinkFigures
    assets: int
    has_credentials: bool


class ConnectionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Connections in order of their ids, and what can be connected."""

    items: tuple[DeviceConnection, ...]
    next: str | None
    total: int
    integrations: tuple[InstalledIntegration, ...]


class ConnectionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """PUT /connections/{connection_id}, POST /connections/try. `credentials`: "user:password"; None: as they are."""

    integration: str
    url: str
    settings: dict[str, str] = {}
    credentials: str | None = None
    of: str = ""  # a trial with the stored credentials of this connection


class ConnectionTried(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a trial; nothing of it was kept."""

    state: str
    reason: str
    readings: int
    seconds: float


class FieldBroker(msgspec.Struct, frozen=True, kw_only=True):
    """The backend's own MQTT broker. `port` 0: not known before it runs. `user` empty: no field device may enter."""

    host: str
    port: int
    is_encrypted: bool
    is_running: bool
    user: str


class BrokerPasswordRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /field-broker/password: who enters with the old one is put out."""

    user: str


class NewBrokerPassword(msgspec.Struct, frozen=True, kw_only=True):
    """The only time that the broker's password is told."""

    broker: FieldBroker
    password: str


class PauseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """PUT /connections/{connection_id}/paused."""

    is_paused: bool
    reason: str = ""


class HealthFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of the system. `state`: "ok", "watch" or "bad"; `limit`: where "bad" begins, None where nothing is."""

    group: str
    code: str
    value: float | None
    unit: str = ""
    text: str = ""
    state: str = "ok"
    limit: float | None = None
    who: str = ""  # whom it concerns most: a login, a key, an address
    of: str = ""  # of which connection, where there is such a figure of each
    last_at: dt.datetime | None = None  # when it happened last


class SystemHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How the system does: queues, lag, disk, memory, versions; and what ails it, in words."""

    figures: tuple[HealthFigure, ...]
    troubles: tuple[str, ...]
    started_at: dt.datetime
    server_time: dt.datetime


class BackupFile(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that lies in the backend's folder."""

    name: str
    size: int
    made_at: dt.datetime


class BackupRun(msgspec.Struct, frozen=True, kw_only=True):
    """The backup under way, or the last. `state`: "none", "running", "done", "failed", "cancelled"."""

    state: str = "none"
    name: str = ""
    what: str = ""
    percent: int = 0
    detail: str = ""
    begun_at: dt.datetime | None = None
    by: str = ""


class Backups(msgspec.Struct, frozen=True, kw_only=True):
    """What there is, and what is being done. `folder` is on the backend's machine."""

    items: tuple[BackupFile, ...]
    next: str | None
    total: int
    run: BackupRun
    folder: str


class BackupRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /backups: the passphrase seals the keys, and is kept nowhere."""

    passphrase: str


class ConfigurationFile(msgspec.Struct, frozen=True, kw_only=True):
    """GET /configuration: roles and connections, without any secret; for a file, and for another backend."""

    format: int
    roles: tuple[Role, ...]
    connections: tuple[Connection, ...]


class ConfigurationLine(msgspec.Struct, frozen=True, kw_only=True):
    """One difference. `what`: "added", "changed" or "removed"; `before` and `after` in words."""

    part: str
    name: str
    what: str
    before: str = ""
    after: str = ""


class ConfigurationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /configuration: without `seal` it is only compared; with the seal of that answer it is taken."""

    configuration: ConfigurationFile
    seal: str = ""


class ConfigurationDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What taking it changes, or changed. `seal` stands for exactly this, against what is in force now."""

    lines: tuple[ConfigurationLine, ...]
    seal: str
    is_taken: bool
    has_previous: bool
