"""What presenters ask of the backend about ways of looking at the register that are kept by name."""

from typing import Protocol

from contract.named_content import NamedContent, NamedContentList


class RegisterViewCalls(Protocol):
    """Part of Client."""

    async def register_views(self) -> NamedContentList: ...
    async def keep_register_view(self, wanted: NamedContent) -> None: ...
    async def delete_register_view(self, name: str) -> None: ...
