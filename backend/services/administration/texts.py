"""What is said of roles, keys, connections and backups."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "slow_down": "this login, key or address asks too often: wait {seconds} s, then go on more slowly",
    "short_of_memory": "alarms and what is under way come first: try again in a while, or give it more memory",
    # Roles
    "role_name": "a role's name has 1 to 40 of a-z, 0-9, dash, underscore",
    "role_title": "say in 1 to 80 characters what the role is for",
    "role_unknown": "there is no role {role}",
    "role_ours": "the role {role} comes with the product: it can be changed, and not removed",
    "role_used": "{count} accounts have the role {role}: give them another one first",
    "roles_full": "{count} roles are enough: remove one first",
    "role_last": "nobody could configure the whole city any more: leave these rights to another role or account first",
    # Keys of machines
    "key_name": "say in 1 to 80 characters which machine the key is for",
    "key_level": "machines view, operate or manage; configuring is for persons",
    "key_grants": "a key without any right opens nothing: grant it what the machine needs",
    "key_expiry": "a key ends between tomorrow and {days} days from now",
    "key_rate": "a key may ask 1 to {most} times a minute",
    "key_unknown": "there is no such key",
    "key_revoked": "this key is revoked for good: make another one",
    "keys_full": "{count} keys are in force already: revoke one first",
    # Connections
    "connection_id": "a connection's name has 1 to 80 printable characters, and no slash",
    "connection_unknown": "there is no connection {connection}",
    "connection_integration": "the integration {integration} is not installed",
    "connection_changes_kind": "{connection} is of {integration}: remove it and add another one",
    "connection_setting": "{integration} has no setting {setting}",
    "connection_url": "the address is one line of 1 to 500 characters, without a password in it",
    "connection_credentials": "credentials are one line of at most 1,000 characters",
    "connection_credentials_elsewhere": "stored credentials go only to the address they were entered for: type them",
    "connection_bound": "{count} assets answer behind {connection}: pause it, or bind them elsewhere first",
    "connection_stored": "it was kept, but could not be connected: {reason}",
    "trial_runs": "{count} trials run already: wait for one of them",
    # The broker of our own
    "broker_user": "a user has 1 to 64 of letters, digits, dot, dash, underscore, and is not {ours}",
    "broker_settings": "the backend's own broker is not set up rightly: {reason}",
    "broker_down": "the password was kept, but the broker does not listen: {reason}",
    # Bindings
    "binding_count": "one change names 1 to {count} assets: make several of them",
    "binding_no_asset": "there is no such asset",
    "binding_changed": "{asset} answers at {address} meanwhile: look at the list again",
    "binding_gone": "{asset} is not bound here any more: look at the list again",
    "binding_nothing": "nothing would change for {asset}",
    "binding_class": "{asset} is of the class {class_}: devices of this connection are none",
    "binding_elsewhere": "{asset} is bound behind {connection} already: unbind it there first",
    "binding_address": "{address} is no address of {integration}: look at what one looks like",
    "binding_twice": "{asset} is named twice: an asset answers at one address",
    "binding_taken": "{asset} answers at {address} already: unbind it first",
    "binding_taken_hidden": "another asset, which you may not see, answers at {address} already",
    "binding_file": "the file cannot be read: {why}",
    "binding_columns": "the file needs the columns asset and address; its columns are {columns}",
    "binding_row": "{why}",
    "binding_cell": "{column}: {why}",
    "binding_may_not": "{asset} may not be configured by you",
    "binding_no_address": "{asset} has no address in this line; - unbinds it",
    "binding_line_twice": "{asset} stands in line {line} already",
    "binding_no_code": "there is no asset {asset} among: {classes}",
    "binding_which": "{asset} may be any of: {classes}; say which in a column class",
    "binding_errors": "the file has lines with errors: nothing was bound",
    "binding_seal": "something changed since you looked: look at the preview again, then take it",
    "binding_same": "everything is bound so already",
    "binding_masked": "{asset} has privacy masks: two persons uncover it first, then its device may be bound elsewhere",
    "binding_beside_masked": "{asset} behind the same connection has privacy masks: "
    "only a source that the camera lists as free may be bound beside it",
    # Backups
    "backup_runs": "a backup is being made already",
    "backup_passphrase": "a passphrase has at least {count} characters; without it the keys in the backup are lost",
    "backup_unknown": "there is no such backup",
    "backup_folder": "the folder of backups cannot be used: {reason}",
    # Configuration
    "configuration_format": "this file has another format: it was made by another version",
    "configuration_wrong": "nothing was taken: {reason}",
    "configuration_seal": "what is in force changed since it was compared: look at the differences again",
    "configuration_previous": "there is no configuration from before",
}
