"""Filters of the alarm list kept in the sample city, without a wire."""

import msgspec

from contract.named_content import NamedContent, NamedContentList

ME = "c.moreau"


class SampleAlarmFilters:
    """console.kit.alarm_filter_ports.AlarmFilterCalls; begins with one that a colleague shares."""

    def __init__(self) -> None:
        shared = NamedContent(
            name="Éclairage", content='{"classes":["streetlight"]}', is_shared=True, owner="m.lambert"
        )
        self.kept_filters: dict[tuple[str, str], NamedContent] = {("m.lambert", shared.name): shared}

    async def alarm_filters(self) -> NamedContentList:
        """One's own first."""
        items = tuple(sorted(self.kept_filters.values(), key=lambda each: (each.owner != ME, each.name)))
        return NamedContentList(items=items, total=len(items))

    async def keep_alarm_filter(self, wanted: NamedContent) -> None:
        """In place of one's own of that name."""
        self.kept_filters[(ME, wanted.name)] = msgspec.structs.replace(wanted, owner=ME)

    async def delete_alarm_filter(self, name: str) -> None:
        """Forgotten."""
        self.kept_filters.pop((ME, name), None)
