"""What a service refuses, told as a problem."""

from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from backend.api.problems import ProblemError

E = TypeVar("E", bound=Exception)


class Refusals(Generic[E]):
    """`with` one of them around the work of a route: a refusal of this kind leaves it as a problem."""

    def __init__(self, kind: type[E], problem: Callable[[E], ProblemError]) -> None:
        self._kind = kind
        self._problem = problem

    def __enter__(self) -> None:
        """Nothing is held: one serves every request."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raises the problem."""
        if isinstance(error, self._kind):
            raise self._problem(error) from error
