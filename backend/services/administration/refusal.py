"""Why an administrator's wish is not done."""

from backend.services.said import say


class AdministrationRefused(Exception):
    """The text may be shown; `code` is one of the texts of administration."""

    def __init__(self, code: str, **args: object) -> None:
        self.said = say(code, **args)
        super().__init__(self.said.text)
        self.code = code
