from collections.abc import Mapping
from typing import Any

class Binding:
    async def send_async(
        self,
        client: object,
        options: Mapping[str, str],
        operation: str,
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
    ) -> Any: ...
