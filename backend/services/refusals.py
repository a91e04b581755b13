"""What services refuse, in words for the person who asked."""

from backend.services.said import Said
from contract.alarms import Alarm


class Refused(Exception):
    """Nothing was done; `said` says why."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.text)
        self.said = said
        self.reason = said.text


class AlarmRefused(Refused):
    """An act on an alarm was refused; `alarm` is how it stands, None when there is no such alarm."""

    def __init__(self, said: Said, alarm: Alarm | None = None) -> None:
        super().__init__(said)
        self.alarm = alarm


class ClaimRefused(Refused):
    """A claim was not placed or not released."""


class CommandRejected(Refused):
    """A command cannot be done; it was not sent."""


class CommandConflict(Refused):
    """The same command id came with another payload."""


class BaseMapRefused(Refused):
    """A base map cannot be shown, or was not taken or removed."""


class LeaseRefused(Refused):
    """A camera's head is not given, or not kept."""


class ViewingRefused(Refused):
    """No picture is given."""


class FootageRefused(Refused):
    """A plan, a bookmark or a seal was not made or not removed; or recordings cannot be listed."""


class RoutingRefused(Refused):
    """Rules, rosters or channels of alarm messages were not changed, or a test was not sent."""


class SupplyRefused(Refused):
    """Feeders were not changed, a file was not taken, or a search was not begun."""


class SupplyConflict(SupplyRefused):
    """Somebody changed it meanwhile: look again."""


class ExchangeRefused(Refused):
    """A file was not taken, or not made."""


class ExchangeConflict(ExchangeRefused):
    """It is not what was shown any more: look again."""


class RuleRefused(Refused):
    """A sheet, a condition, the matrix was not changed, or a trial not begun."""


class RuleConflict(RuleRefused):
    """Somebody else changed it since it was read."""


class EditRefused(Refused):
    """Assets were not changed by hand, or a change was not undone."""


class EditConflict(EditRefused):
    """Somebody changed these assets meanwhile: look again."""


class DocumentRefused(Refused):
    """A document or photo of an asset was not kept, not given or not removed."""


class StockTakeRefused(Refused):
    """A stock-take was not opened, marked, closed or deleted."""
