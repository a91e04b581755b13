"""What a request failed of, in the console's own words."""

from collections.abc import Awaitable
from typing import TypeVar

from backend_client.errors import ClientError, NotLoggedIn, Refused, Unreachable
from console.kit.errors import BackendSilent, LoginEnded, RequestFailed, RequestRefused

T = TypeVar("T")


async def asked(request: Awaitable[T]) -> T:
    """The answer. Raises RequestRefused, BackendSilent, LoginEnded, RequestFailed."""
    try:
        return await request
    except Refused as error:
        problem = error.problem
        raise RequestRefused(problem.status, problem.title, problem.detail, problem) from error
    except Unreachable as error:
        raise BackendSilent(str(error)) from error
    except NotLoggedIn as error:
        raise LoginEnded(str(error)) from error
    except ClientError as error:
        raise RequestFailed(str(error)) from error
