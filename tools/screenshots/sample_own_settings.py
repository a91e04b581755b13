"""One person's own settings, without a wire."""

from contract.named_content import NamedContent, NamedContentList


class SampleOwnSettings:
    """console.kit.own_setting_ports.OwnSettingCalls; begins with none."""

    def __init__(self) -> None:
        self.kept_settings: dict[str, NamedContent] = {}

    async def own_settings(self) -> NamedContentList:
        items = tuple(self.kept_settings.values())
        return NamedContentList(items=items, total=len(items))

    async def keep_own_setting(self, setting: NamedContent) -> None:
        self.kept_settings[setting.name] = setting
