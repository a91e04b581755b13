"""What is said of a device that is heard by its own reports, and no more."""


def not_heard_for(seconds: float) -> str:
    """Why it is unreachable, in hours, minutes or seconds."""
    if seconds >= 7200:
        return f"nothing heard for {seconds / 3600:.0f} h"
    return f"nothing heard for {seconds / 60:.0f} min" if seconds >= 120 else f"nothing heard for {seconds:.0f} s"
