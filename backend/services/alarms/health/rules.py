"""Where remedies find and change the rule behind an alarm."""

from backend.services.alarms.rule_book import RuleBook
from backend.services.alarms.rules_in_force import RulesInForce
from backend.services.said import Said, joined, say
from contract.alarm_rules import OverrideChange, RuleOverride, RulePatch
from contract.assets import AlarmRule, Asset

Key = tuple[int, str]


class AssetRules:
    """The rules in force, and what is changed about one on exactly one asset."""

    def __init__(self, in_force: RulesInForce, book: RuleBook) -> None:
        self._in_force = in_force
        self._book = book

    def rule(self, key: Key) -> AlarmRule | None:
        """The rule that holds for (asset, kind) now."""
        return self._in_force.rule(*key)

    def patch_of(self, asset: Asset, kind: str) -> RulePatch:
        """What was changed on exactly this asset."""
        before = self._override(asset, kind)
        return RulePatch() if before is None else before.patch

    def trouble(self, asset: Asset, kind: str, patch: RulePatch, reason: str) -> Said:
        """Why this change cannot be; nothing said where it can."""
        faults = self._book.faults((asset.class_, kind), self._change(asset, kind, patch, reason))
        return joined(say(fault) for fault in dict.fromkeys(faults))

    async def change(self, asset: Asset, kind: str, patch: RulePatch, reason: str, *, by: str) -> RuleOverride:
        """Place or replace it, journalled. Raises RuleRefused, RuleConflict, StorageError."""
        return await self._book.put_override((asset.class_, kind), self._change(asset, kind, patch, reason), by=by)

    def _change(self, asset: Asset, kind: str, patch: RulePatch, reason: str) -> OverrideChange:
        before = self._override(asset, kind)
        return OverrideChange(
            patch=patch,
            reason=reason,
            version=0 if before is None else before.version,
            asset_id=asset.id,
            until=None if before is None else before.until,
        )

    def _override(self, asset: Asset, kind: str) -> RuleOverride | None:
        found = self._book.overrides((asset.class_, kind))
        return next((override for override in found if override.asset_id == asset.id), None)
