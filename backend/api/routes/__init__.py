"""All routes, by subject."""

from backend.api.route import Route
from backend.api.routes import (
    accounts,
    alarms,
    approvals,
    assets,
    base_maps,
    cameras,
    claims,
    commands,
    importing,
    journal,
    near,
    places,
    points,
    replay,
    system,
    wall_layouts,
    workspaces,
)

ROUTES: tuple[Route, ...] = (
    *system.ROUTES,
    *accounts.ROUTES,
    *near.ROUTES,
    *places.ROUTES,
    *points.ROUTES,
    *assets.ROUTES,
    *alarms.ROUTES,
    *claims.ROUTES,
    *commands.ROUTES,
    *cameras.ROUTES,
    *base_maps.ROUTES,
    *journal.ROUTES,
    *replay.ROUTES,
    *approvals.ROUTES,
    *workspaces.ROUTES,
    *wall_layouts.ROUTES,
    *importing.ROUTES,
)
