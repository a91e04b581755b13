"""What the collector of garbage is told, once the city is there."""

import gc


def spare_what_stays() -> None:
    """Code is not walked by the collector any more, and the city seldom: 35,000 assets arrive in one go."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
