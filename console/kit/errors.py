"""What an operator's wish can meet: refused with a reason, or nobody answers."""

from contract.api import Problem


class RequestFailed(Exception):
    """A request did not succeed; the text says what happened and what to do."""


class RequestRefused(RequestFailed):
    """The backend refused. `status` is HTTP's, `title` short, `detail` says what to do.

    `problem` is what the backend answered, with its codes; None where nobody kept it.
    """

    def __init__(self, status: int, title: str, detail: str = "", problem: Problem | None = None) -> None:
        super().__init__(f"{title} {detail}".strip())
        self.problem = problem
        self.status = status
        self.title = title
        self.detail = detail


class BackendSilent(RequestFailed):
    """The backend does not answer."""


class NotTrusted(BackendSilent):
    """Somebody answers, but cannot prove to be the backend: its certificate is not vouched for."""


class LoginEnded(RequestFailed):
    """The login is over: somebody has to log in again."""
