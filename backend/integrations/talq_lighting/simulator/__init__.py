"""Simulated TALQ gateways with their lamps and cabinets."""

from backend.integrations.talq_lighting.simulator.api import gateway_routes
from backend.integrations.talq_lighting.simulator.gateway import SimulatedGateway
from backend.integrations.talq_lighting.simulator.sites import CabinetSite, LampSite

__all__ = ["CabinetSite", "LampSite", "SimulatedGateway", "gateway_routes"]
