"""What consoles keep by name: walls, filters, views, settings; one's own, and those shared in one's role."""

from typing import Any

from backend.api.problems import bad_request
from backend.api.route import Access, Call, Nothing, Route
from backend.services.named_contents import (
    ALARM_FILTERS,
    LONGEST_NAME,
    MOST_OF_ONE,
    OWN_SETTINGS,
    REGISTER_VIEWS,
    WALLS,
    NamedContents,
    TooManyKept,
)
from contract.named_content import NamedContent, NamedContentList


class _Shelf:
    """The routes of one kind. `noun` and `nouns` say what it holds."""

    def __init__(self, kind: str, path: str, noun: str, nouns: str, largest_bytes: int) -> None:
        self._kind, self._path, self._noun, self._nouns = kind, path, noun, nouns
        self._largest_bytes = largest_bytes

    async def _all(self, call: Call[Nothing, Nothing]) -> NamedContentList:
        items = tuple(await self._contents(call).seen_by(call.session.user))
        return NamedContentList(items=items, total=len(items))

    async def _save(self, call: Call[Nothing, NamedContent]) -> NamedContent:
        wanted = NamedContent(name=self._name(call), content=call.body.content, is_shared=call.body.is_shared)
        try:
            async with call.parts.shelves:
                return await self._contents(call).save(call.session.user, wanted)
        except TooManyKept as error:
            raise bad_request(f"{MOST_OF_ONE} {self._nouns} are enough: delete one first.") from error

    async def _delete(self, call: Call[Nothing, Nothing]) -> None:
        await self._contents(call).delete(call.session.user, self._name(call))

    def _contents(self, call: Call[Any, Any]) -> NamedContents:
        return NamedContents(call.parts.storage, call.parts.clock, self._kind)

    def _name(self, call: Call[Any, Any]) -> str:
        name = call.path_text("name")
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            raise bad_request(f"The name of a {self._noun} has 1 to {LONGEST_NAME} printable characters.")
        return name

    def routes(self) -> tuple[Route, ...]:
        """List, keep, forget."""
        return (
            Route(
                method="GET",
                path=self._path,
                access=Access.SESSION,
                summary=f"Named {self._nouns}: one's own, and those shared in one's role.",
                handler=self._all,
                answer=NamedContentList,
            ),
            Route(
                method="PUT",
                path=f"{self._path}/{{name}}",
                access=Access.SESSION,
                summary=f"Keep a {self._noun}.",
                handler=self._save,
                body=NamedContent,
                answer=NamedContent,
                max_body_bytes=self._largest_bytes,
            ),
            Route(
                method="DELETE",
                path=f"{self._path}/{{name}}",
                access=Access.SESSION,
                summary=f"Forget a {self._noun} of one's own.",
                handler=self._delete,
                answer=None,
            ),
        )


ROUTES = (
    *_Shelf(WALLS, "/wall-layouts", "wall", "walls", 128 * 1024).routes(),
    *_Shelf(ALARM_FILTERS, "/alarm-filters", "filter", "filters", 32 * 1024).routes(),
    *_Shelf(REGISTER_VIEWS, "/register-views", "view", "views", 32 * 1024).routes(),
    *_Shelf(OWN_SETTINGS, "/own-settings", "setting", "settings", 32 * 1024).routes(),
)
