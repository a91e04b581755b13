"""What can go wrong between a client and its backend."""

from contract.api import Problem


class ClientError(Exception):
    """Something went wrong; the text says what happened and what to do."""


class Unreachable(ClientError):
    """The backend does not answer."""


class NotUnderstood(ClientError):
    """Something answered that is no backend of ours, or of another version."""


class NotLoggedIn(ClientError):
    """There is no valid login any more: somebody has to log in again."""


class Refused(ClientError):
    """The backend answered, and refused. `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.title}: {problem.detail}" if problem.detail else problem.title)
        self.problem = problem
