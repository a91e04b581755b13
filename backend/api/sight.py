"""What one person may do where, remembered for the length of one request or one sweep."""

from collections.abc import Mapping

from backend.devkit.clock import Clock
from backend.domain.rights import allows, allows_everywhere
from backend.domain.rights_place import RightsPlace, place_of
from contract.assets import Asset, AssetClass
from contract.rights import Level, User


class Sight:
    """Answers rights questions for one user at one moment; repeated questions cost a dictionary look-up."""

    def __init__(self, user: User, classes: Mapping[str, AssetClass], clock: Clock) -> None:
        self._user = user
        self._classes = classes
        self._at = clock.now()
        self._answers: dict[tuple[Level, str, str, str], bool] = {}

    def may(self, level: Level, asset: Asset) -> bool:
        """Whether the user has `level` on this asset."""
        return self.may_at(level, place_of(asset, self._classes))

    def may_see(self, asset: Asset) -> bool:
        """Whether the user may know that this asset exists."""
        return self.may(Level.VIEW, asset)

    def may_at(self, level: Level, place: RightsPlace) -> bool:
        """Whether the user has `level` on all that lies there: the one rule of requests and of topics."""
        return self.allows(level, place.commune, place.service, place.class_)

    def may_follow(self, place: RightsPlace) -> bool:
        """Whether the user may follow the topics of a place."""
        return self.may_at(Level.VIEW, place)

    def has_somewhere(self, level: Level) -> bool:
        """Whether any grant of the user reaches `level`, wherever."""
        return any(not grant.is_deny and grant.level >= level for grant in self._user.grants)

    def has_everywhere(self, level: Level) -> bool:
        """Whether the user has `level` with no limit of place, service or class, and is denied it nowhere."""
        return allows_everywhere(self._user.grants, level, at=self._at)

    def allows(self, level: Level, commune: str, service: str, class_: str) -> bool:
        """Whether the user has `level` there, now."""
        question = (level, commune, service, class_)
        answer = self._answers.get(question)
        if answer is None:
            answer = allows(self._user.grants, level, commune=commune, service=service, class_=class_, at=self._at)
            self._answers[question] = answer
        return answer
