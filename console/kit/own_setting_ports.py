"""What the console asks of the backend about one person's own settings: keys, what was looked up last."""

from typing import Protocol

from contract.named_content import NamedContent, NamedContentList


class OwnSettingCalls(Protocol):
    """Part of Client."""

    async def own_settings(self) -> NamedContentList: ...
    async def keep_own_setting(self, setting: NamedContent) -> None: ...
