"""Ways of looking at the register kept in the sample city, without a wire."""

import msgspec

from contract.named_content import NamedContent, NamedContentList

ME = "c.moreau"
_OLD_LAMPS = (
    '{"filter":{"type":"group","items":[{"type":"condition","field":"class","operator":"is","values":["streetlight"]},'
    '{"type":"condition","field":"age_years","operator":"at_least","values":["15"]}]},'
    '"sort":[{"field":"age_years","is_descending":true}],"group":"commune"}'
)


class SampleRegisterViews:
    """console.kit.register_view_ports.RegisterViewCalls; begins with one that a colleague shares."""

    def __init__(self) -> None:
        shared = NamedContent(name="Lampes de 15 ans", content=_OLD_LAMPS, is_shared=True, owner="m.lambert")
        self.kept_views: dict[tuple[str, str], NamedContent] = {("m.lambert", shared.name): shared}

    async def register_views(self) -> NamedContentList:
        """One's own first."""
        items = tuple(sorted(self.kept_views.values(), key=lambda each: (each.owner != ME, each.name)))
        return NamedContentList(items=items, total=len(items))

    async def keep_register_view(self, wanted: NamedContent) -> None:
        """In place of one's own of that name."""
        self.kept_views[(ME, wanted.name)] = msgspec.structs.replace(wanted, owner=ME)

    async def delete_register_view(self, name: str) -> None:
        """Forgotten."""
        self.kept_views.pop((ME, name), None)
