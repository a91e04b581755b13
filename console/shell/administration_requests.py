"""Requests of administrators."""

from urllib.parse import quote, urlencode

from backend_client.session import Session
from console.shell.asking import asked
from contract.administration import (
    AccountChange,
    ApiKey,
    ApiKeyList,
    ApiKeyRequest,
    BackupRequest,
    BackupRun,
    Backups,
    BrokerPasswordRequest,
    ConfigurationDifference,
    ConfigurationFile,
    ConfigurationRequest,
    ConnectionPage,
    ConnectionRequest,
    ConnectionTried,
    DeviceConnection,
    FieldBroker,
    GrantsToPreview,
    NewAccount,
    NewApiKey,
    NewBrokerPassword,
    PasswordChange,
    PauseRequest,
    RightsPreview,
    RoleKept,
    RoleList,
    RoleRequest,
    SystemHealth,
)
from contract.api import ActiveRequest, GrantsRequest, UserList
from contract.bindings import BindingChange, BindingImport, BindingPage, BindingsRequest, BindingWish, ConnectionNames
from contract.rights import Grant, User


class AdministrationRequests:
    """console.kit.administration_ports.AdministrationCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def accounts(self) -> UserList:
        """All of them."""
        return await asked(self._session.get("/users", UserList))

    async def add_account(self, wanted: NewAccount) -> User:
        """With the rights of its role."""
        return await asked(self._session.post_for("/users", wanted, User))

    async def change_account(self, name: str, wanted: AccountChange) -> User:
        """Name, person, role."""
        return await asked(self._session.put_for(_path("users", name), wanted, User))

    async def set_account_rights(self, name: str, grants: tuple[Grant, ...]) -> User:
        """Rights of its own."""
        path = _path("users", name) + "/grants"
        return await asked(self._session.put_for(path, GrantsRequest(grants=grants), User))

    async def set_account_open(self, name: str, *, is_open: bool) -> User:
        """Open or close it."""
        path = _path("users", name) + "/active"
        return await asked(self._session.put_for(path, ActiveRequest(is_active=is_open), User))

    async def set_account_password(self, name: str, password: str) -> None:
        """Its logins end."""
        await asked(self._session.put(_path("users", name) + "/password", PasswordChange(password=password)))

    async def roles(self) -> RoleList:
        """All of them."""
        return await asked(self._session.get("/roles", RoleList))

    async def save_role(self, name: str, wanted: RoleRequest) -> RoleKept:
        """Add or change one."""
        return await asked(self._session.put_for(_path("roles", name), wanted, RoleKept))

    async def remove_role(self, name: str) -> None:
        """One that nobody has."""
        await asked(self._session.delete(_path("roles", name)))

    async def preview_rights(self, grants: tuple[Grant, ...]) -> RightsPreview:
        """What they come to."""
        return await asked(self._session.post_for("/rights/preview", GrantsToPreview(grants=grants), RightsPreview))

    async def api_keys(self) -> ApiKeyList:
        """All of them, those that ended too."""
        return await asked(self._session.get("/api-keys", ApiKeyList))

    async def make_api_key(self, wanted: ApiKeyRequest) -> NewApiKey:
        """Its secret is told this once."""
        return await asked(self._session.post_for("/api-keys", wanted, NewApiKey))

    async def take_api_key_over(self, key_id: str) -> ApiKey:
        """Answer for a key whose maker is gone."""
        return await asked(self._session.post_for(f"{_path('api-keys', key_id)}/take-over", None, ApiKey))

    async def revoke_api_key(self, key_id: str) -> ApiKey:
        """It opens nothing any more."""
        return await asked(self._session.delete_for(_path("api-keys", key_id), ApiKey))

    async def device_connections(self, search: str = "", state: str = "", cursor: str | None = None) -> ConnectionPage:
        """A page of them."""
        query = {"search": search, "state": state, "cursor": cursor}
        return await asked(self._session.get("/connections", ConnectionPage, query))

    async def save_device_connection(self, connection_id: str, wanted: ConnectionRequest) -> DeviceConnection:
        """Add or change one."""
        return await asked(self._session.put_for(_path("connections", connection_id), wanted, DeviceConnection))

    async def try_device_connection(self, wanted: ConnectionRequest) -> ConnectionTried:
        """For some seconds; nothing is kept."""
        return await asked(self._session.post_for("/connections/try", wanted, ConnectionTried))

    async def pause_device_connection(self, connection_id: str, *, is_paused: bool, reason: str) -> DeviceConnection:
        """Leave it alone, or go on."""
        path = _path("connections", connection_id) + "/paused"
        return await asked(
            self._session.put_for(path, PauseRequest(is_paused=is_paused, reason=reason), DeviceConnection)
        )

    async def remove_device_connection(self, connection_id: str) -> None:
        """One behind which nothing answers."""
        await asked(self._session.delete(_path("connections", connection_id)))

    async def connection_names(self, search: str = "", cursor: str | None = None) -> ConnectionNames:
        """A page of those behind which something of one's own answers."""
        query = {"search": search, "cursor": cursor}
        return await asked(self._session.get("/connection-names", ConnectionNames, query))

    async def device_bindings(
        self, connection_id: str, search: str = "", standing: str = "", cursor: str | None = None
    ) -> BindingPage:
        """A page of the devices behind one."""
        query = {"search": search, "standing": standing, "cursor": cursor}
        return await asked(self._session.get(f"{_path('connections', connection_id)}/bindings", BindingPage, query))

    async def change_bindings(self, connection_id: str, wishes: tuple[BindingWish, ...], reason: str) -> BindingChange:
        """All of it or nothing."""
        path, body = f"{_path('connections', connection_id)}/bindings", BindingsRequest(wishes=wishes, reason=reason)
        return await asked(self._session.post_for(path, body, BindingChange))

    async def import_bindings(self, connection_id: str, name: str, content: bytes, *, seal: str = "") -> BindingImport:
        """Look at a file; with the seal of what was shown, take it."""
        query = urlencode({"name": name, "seal": seal})
        path = f"{_path('connections', connection_id)}/bindings/imports?{query}"
        return await asked(self._session.post_file(path, content, BindingImport))

    async def field_broker(self) -> FieldBroker:
        """The backend's own."""
        return await asked(self._session.get("/field-broker", FieldBroker))

    async def renew_broker_password(self, user: str) -> NewBrokerPassword:
        """It is told this once."""
        body = BrokerPasswordRequest(user=user)
        return await asked(self._session.post_for("/field-broker/password", body, NewBrokerPassword))

    async def system_health(self) -> SystemHealth:
        """How the backend does."""
        return await asked(self._session.get("/system-health", SystemHealth))

    async def backups(self) -> Backups:
        """Those there are, and the one under way."""
        return await asked(self._session.get("/backups", Backups))

    async def begin_backup(self, passphrase: str) -> BackupRun:
        """While everything goes on."""
        return await asked(self._session.post_for("/backups", BackupRequest(passphrase=passphrase), BackupRun))

    async def cancel_backup(self) -> BackupRun:
        """Give it up."""
        return await asked(self._session.delete_for("/backups/run", BackupRun))

    async def remove_backup(self, name: str) -> None:
        """Delete one."""
        await asked(self._session.delete(_path("backups", name)))

    async def configuration(self) -> ConfigurationFile:
        """Roles and connections."""
        return await asked(self._session.get("/configuration", ConfigurationFile))

    async def previous_configuration(self) -> ConfigurationFile:
        """The one before."""
        return await asked(self._session.get("/configuration/previous", ConfigurationFile))

    async def take_configuration(self, wanted: ConfigurationFile, seal: str = "") -> ConfigurationDifference:
        """Compare, or take with the seal of the comparison."""
        body = ConfigurationRequest(configuration=wanted, seal=seal)
        return await asked(self._session.post_for("/configuration", body, ConfigurationDifference))


def _path(kind: str, name: str) -> str:
    return f"/{kind}/{quote(name, safe='')}"
