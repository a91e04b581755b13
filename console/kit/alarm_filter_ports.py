"""What presenters ask of the backend about filters of the alarm list that are kept by name."""

from typing import Protocol

from contract.named_content import NamedContent, NamedContentList


class AlarmFilterCalls(Protocol):
    """Part of Client."""

    async def alarm_filters(self) -> NamedContentList: ...
    async def keep_alarm_filter(self, wanted: NamedContent) -> None: ...
    async def delete_alarm_filter(self, name: str) -> None: ...
