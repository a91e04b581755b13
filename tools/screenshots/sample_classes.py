"""The asset classes of the small made-up city."""

from contract.alarms import Priority
from contract.assets import AlarmRule, AlarmWhen, AssetClass, FeedKind, Label, PointSpec
from contract.points import PointKind


def classes() -> tuple[AssetClass, ...]:
    """A few classes with words of their own."""
    level = PointSpec(
        name="level_percent",
        label=Label("Niveau", "Level"),
        kind=PointKind.NUMBER,
        unit="%",
        minimum=0,
        maximum=100,
        is_controllable=True,
    )
    power = PointSpec(name="power_w", label=Label("Puissance", "Power"), kind=PointKind.NUMBER, unit="W")
    energy = PointSpec(name="energy_kwh", label=Label("Énergie", "Energy"), kind=PointKind.NUMBER, unit="kWh")
    hours = PointSpec(
        name="operating_hours", label=Label("Heures de marche", "Operating hours"), kind=PointKind.NUMBER, unit="h"
    )
    lamp_failure = _flag(
        "lampFailure",
        Label("Lampe en défaut", "Lamp failure"),
        Priority.P4,
        Label("Planifier le remplacement lors de la prochaine tournée.", "Plan its replacement on the next round."),
    )
    supply = _flag(
        "supplyLoss",
        Label("Perte d'alimentation", "Supply loss"),
        Priority.P2,
        Label(
            "Toutes ses lampes sont éteintes. Renforcer l'éclairage voisin, prévenir l'astreinte éclairage.",
            "Every lamp of the cabinet is dark. Raise neighbouring light, call the lighting on-call crew.",
        ),
    )
    door = _flag(
        "cabinetDoorOpen",
        Label("Porte d'armoire ouverte", "Cabinet door open"),
        Priority.P3,
        Label(
            "Vérifier qu'une équipe est sur place ; sinon danger électrique, envoyer un agent.",
            "Check that a crew is on site; if not, electrical danger: send someone.",
        ),
    )
    tamper = _flag(
        "tamper",
        Label("Caméra masquée ou déplacée", "Camera covered or moved"),
        Priority.P3,
        Label(
            "Regarder l'image ; envoyer une patrouille si elle est masquée.",
            "Look at the picture; send a patrol if it is covered.",
        ),
    )
    fire = _flag(
        "fire",
        Label("Alarme incendie", "Fire alarm"),
        Priority.P1,
        Label(
            "Appeler le 18, ouvrir les accès pompiers, regarder les caméras.",
            "Call the fire brigade, open their access, look at the cameras.",
        ),
    )
    return (
        AssetClass(
            code="streetlight",
            label=Label("Point lumineux", "Streetlight"),
            icon="mdi6.lightbulb",
            service="lighting",
            hangs_on=(FeedKind.POWER,),
            points=(level, power, energy, hours, lamp_failure),
        ),
        AssetClass(
            code="lighting_cabinet",
            label=Label("Armoire d'éclairage", "Lighting cabinet"),
            icon="mdi6.fuse-blade",
            service="lighting",
            feeds=True,
            hangs_on=(FeedKind.NETWORK,),
            points=(supply, door, power),
        ),
        AssetClass(
            code="camera",
            label=Label("Caméra", "Camera"),
            icon="mdi6.cctv",
            service="video_protection",
            hangs_on=(FeedKind.POWER, FeedKind.NETWORK),
            points=(tamper,),
        ),
        AssetClass(
            code="junction", label=Label("Carrefour à feux", "Junction"), icon="mdi6.traffic-light", service="traffic"
        ),
        AssetClass(
            code="building",
            label=Label("Bâtiment", "Building"),
            icon="mdi6.office-building",
            service="buildings",
            points=(fire,),
        ),
        AssetClass(code="street", label=Label("Voie", "Street"), icon="mdi6.road", service="roads", is_line=True),
    )


def _flag(name: str, label: Label, priority: Priority, guidance: Label) -> PointSpec:
    rule = AlarmRule(kind=name, when=AlarmWhen.IS_TRUE, priority=priority, label=label, guidance=guidance)
    return PointSpec(name=name, label=label, kind=PointKind.BOOLEAN, alarms=(rule,))
