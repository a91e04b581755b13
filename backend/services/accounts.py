"""What roles start with, and the documented accounts of the demo."""

from typing import Final

from contract.rights import WALL_ROLE, Grant, Level, Scope, User

ADMINISTRATOR_GRANTS: Final = (Grant(level=Level.CONFIGURE),)
DEMO_PASSWORD: Final = "beffroi-demo"  # noqa: S105 - documented, and refused outside the demo
ROLE_GRANTS: Final[dict[str, tuple[Grant, ...]]] = {
    "administrator": ADMINISTRATOR_GRANTS,
    "supervisor": (Grant(level=Level.MANAGE),),
    "operator": (Grant(level=Level.OPERATE),),
    "observer": (Grant(level=Level.VIEW),),
    WALL_ROLE: (Grant(level=Level.VIEW),),
    "liaison": (),
}


def demo_users() -> tuple[User, ...]:
    """The accounts that exist only under --demo; all have the demo password."""
    police = Scope(communes=("21231",), classes=("camera", "junction"))
    fire = Scope(communes=("21231",), classes=("building", "junction", "street"))
    return (
        _user("operator1", "Anne Opératrice", "operator", ROLE_GRANTS["operator"]),
        _user("operator2", "Paul Opérateur", "operator", ROLE_GRANTS["operator"]),
        _user("supervisor", "Claire Superviseure", "supervisor", ROLE_GRANTS["supervisor"]),
        _user("supervisor2", "Marc Superviseur", "supervisor", ROLE_GRANTS["supervisor"]),
        _user("administrator", "Inès Administratrice", "administrator", ROLE_GRANTS["administrator"]),
        _user("wall", "Mur d'images", WALL_ROLE, ROLE_GRANTS[WALL_ROLE]),
        _user("police", "Liaison police", "liaison", (Grant(level=Level.VIEW, scope=police),)),
        _user("fire", "Liaison pompiers", "liaison", (Grant(level=Level.VIEW, scope=fire),)),
    )


def _user(name: str, display_name: str, role: str, grants: tuple[Grant, ...]) -> User:
    return User(name=name, person=display_name, display_name=display_name, role=role, grants=grants)
