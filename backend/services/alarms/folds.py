"""Alarms folded into the equipment that explains them: held a little, folded, taken out again, each accounted for."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from backend.domain.alarms.events import Clear, Raise, Suppress, Unsuppress
from backend.domain.alarms.folding import NOBODY, Fed, Folds, SupplyNet, fold, supply_net
from backend.domain.alarms.life import AlarmState
from backend.domain.alarms.supply import SUPPLIED_LOST_RULE, is_explainable, is_loss, is_sign
from backend.services.alarms.ledger import AlarmLedger, Key
from backend.services.alarms.watch import AlarmWatch
from backend.services.alarms.writer import Job
from backend.services.register import Register
from contract.alarm_flood import FOLD_HOLD_S, SUPPLIED_LOST
from contract.assets import AlarmRule, AssetClass, AssetStatus

RECOVERY_HOLD_S = 15.0  # what a supply fed is given this long to come back before its own alarm is shown
SUPPLY_WORD = "supply"  # begins what an alarm is suppressed by
HELD_WORDS = f"{SUPPLY_WORD}: being looked for"


class SupplyFolds:
    """Which cards stand for which alarms. Works on what is committed; `look` gives what has to be written."""

    def __init__(
        self, register: Register, watch: AlarmWatch, ledger: AlarmLedger, is_inhibited: Callable[[Key], bool]
    ) -> None:
        self._register = register
        self._watch = watch
        self._ledger = ledger
        self._is_inhibited = is_inhibited
        self._net: SupplyNet | None = None
        self._revision = -1
        self._folds: Folds | None = None
        self._lost: set[int] = set()
        self._signs: set[int] = set()
        self._cause_ended: dict[int, float] = {}  # its own sign went, or what was above it: it is given time
        self._is_dirty = True
        self._root_of: dict[Key, int] = {}
        self._members: dict[int, dict[Key, None]] = defaultdict(dict)
        self._due: dict[Key, float] = {}  # held, or unexplained since a while: shown at this time
        self._heap: list[tuple[float, Key]] = []
        self._blame_due: dict[int, float] = {}
        self._pardon_due: dict[int, float] = {}
        self._derived: set[int] = set()  # feeders whose derived alarm is active
        self._unsettled: dict[Key, None] = {}
        self._without_card: dict[int, dict[Key, None]] = {}  # shown, and to be folded once their root has its card
        self._untold: set[int] = set()  # roots whose members are not told yet, for want of a card
        self._jobs: list[Job] = []
        self.changed: dict[Key, None] = {}  # to be told again: what they fold into, or how many, is another
        self.joined: list[tuple[int, Key]] = []  # (root, member) since it was last taken

    def rule(self, key: Key) -> AlarmRule | None:
        """The rule of an alarm, of derived ones too."""
        rule = self._watch.rule(key)
        return SUPPLIED_LOST_RULE if rule is None and key[1] == SUPPLIED_LOST else rule

    # --- reading

    def card_of(self, root: int) -> Key:
        """The alarm that stands for all that a root explains: its own sign, else the derived one."""
        return (root, self._watch.sign_of(root) or SUPPLIED_LOST)

    def card_for(self, key: Key) -> Key | None:
        """The card that stands for this alarm; None when there is none, or none yet."""
        root = self._root_of.get(key)
        return self.card_of(root) if root is not None and self._has_card(root) else None

    def root_of(self, key: Key) -> int | None:
        """The root whose card stands for this alarm."""
        return self._root_of.get(key)

    def members_of(self, root: int) -> Sequence[Key]:
        """What a root explains."""
        return tuple(self._members.get(root, ()))

    def count_of(self, key: Key) -> int:
        """How many alarms this card stands for."""
        members = self._members.get(key[0])
        return len(members) if members and self.card_of(key[0]) == key else 0

    @property
    def held_count(self) -> int:
        """How many wait to be explained."""
        return len(self._due)

    def is_held(self, key: Key) -> bool:
        """It waits to be explained, or to come back with its supply."""
        return key in self._due

    def words(self, root: int) -> str:
        """What an alarm is suppressed by."""
        asset = self._register.get(root)
        return f"{SUPPLY_WORD}: {asset.class_} {asset.code}" if asset is not None else SUPPLY_WORD

    def explains(self, key: Key) -> int | None:
        """The root that explains an alarm of this asset, by what is known now."""
        asset_id, kind = key
        rule = self.rule(key)
        if rule is None or not is_explainable(rule):
            return None
        root = self._root(asset_id)
        if root is not None:
            return root
        sign = self._watch.sign_of(asset_id) if kind == SUPPLIED_LOST or is_sign(rule) else None
        return asset_id if sign is not None and sign != kind else None

    def has_feeder(self, asset_id: int) -> bool:
        """Whether something could explain its alarms at all."""
        return bool(self._register.feeders(asset_id))

    # --- what happens

    def load(self, now: float) -> None:
        """As the ledger stands after a restart; what nothing explains now is given time to be explained."""
        for asset_id in self._ledger.assets():
            self._see_asset(asset_id)
            if self._watch.sign_of(asset_id) is not None:
                self._signs.add(asset_id)
        self._evaluate(now)
        self._unsettled.update((key, None) for key, _ in self._ledger.standing())
        self._settle_all(now)

    def taken(self, after: Mapping[Key, AlarmState], now: float) -> None:
        """What was committed: losses, and alarms to be explained."""
        for asset_id in {key[0] for key in after}:
            self._see_asset(asset_id)
            if asset_id in self._untold and self._has_card(asset_id):
                self._untold.discard(asset_id)
                self.changed.update(self._members.get(asset_id, {}))
            self._unsettled.update(self._without_card.pop(asset_id, {}))
        self._unsettled.update(dict.fromkeys(after))
        self._settle_all(now)

    def hold(self, key: Key, until: float) -> None:
        """It was raised unseen: it is shown then, when nothing explains it."""
        self._due[key] = until
        heapq.heappush(self._heap, (until, key))

    def look(self, now: float) -> Sequence[Job]:
        """What is folded, taken out of a fold, blamed and pardoned now."""
        self.evaluate(now)
        self._settle_all(now)
        jobs, self._jobs = self._jobs, []
        jobs.extend(self._blames(now))
        jobs.extend(self._released(now))
        return jobs

    def evaluate(self, now: float) -> None:
        """Find the roots anew if anything that bears on them changed."""
        self._take_signs(now)
        is_needed = self._lost or self._signs or self._derived or self._root_of
        if self._is_dirty or (is_needed and self._revision != self._register.revision):
            self._evaluate(now)

    # --- losses and signs

    def _see_asset(self, asset_id: int) -> None:
        is_lost, is_derived = False, False
        for key, state in self._ledger.of_asset(asset_id):
            rule = self.rule(key)
            if state.is_active and key[1] == SUPPLIED_LOST:
                is_derived = True
            elif state.is_active and rule is not None and is_loss(rule):
                is_lost = True
        (self._derived.add if is_derived else self._derived.discard)(asset_id)
        if is_lost != (asset_id in self._lost):
            (self._lost.add if is_lost else self._lost.discard)(asset_id)
            self._is_dirty = True

    def _take_signs(self, now: float) -> None:
        for asset_id in self._watch.signs_changed:
            is_down = self._watch.sign_of(asset_id) is not None
            if is_down != (asset_id in self._signs):
                (self._signs.add if is_down else self._signs.discard)(asset_id)
                self._is_dirty = True
            if not is_down:
                self._cause_ended[asset_id] = now
            self._unsettled.update((key, None) for key, _ in self._ledger.of_asset(asset_id))
            for member in self._members.get(asset_id, ()):
                self.changed[member] = None
        self._watch.signs_changed.clear()

    # --- roots

    def _present_net(self) -> SupplyNet:
        if self._net is None or self._revision != self._register.revision:
            tells = {code: _tells_its_loss(class_) for code, class_ in self._register.classes.items()}
            self._net = supply_net(
                Fed(
                    asset.id,
                    asset.supply_parent,
                    asset.network_parent,
                    asset.status is AssetStatus.IN_SERVICE and tells[asset.class_],
                )
                for asset in self._register.all()
            )
            self._revision = self._register.revision
            self._folds = None
            self._is_dirty = True
        return self._net

    def _root(self, asset_id: int) -> int | None:
        net, folds = self._net, self._folds
        row = None if net is None else net.row(asset_id)
        if net is None or folds is None or row is None:
            return None
        root = int(folds.roots[row])
        return None if root == NOBODY else int(net.ids[root])

    def _evaluate(self, now: float) -> None:
        net, before = self._present_net(), self._folds
        lost, signs = (np.zeros(len(net.ids), np.bool_) for _ in range(2))
        for flags, ids in ((lost, self._lost), (signs, self._signs)):
            flags[[row for asset_id in ids if (row := net.row(asset_id)) is not None]] = True
        self._folds = fold(net, lost, signs)
        self._is_dirty = False
        if before is None:
            changed = self._ledger.assets()
        else:
            changed = (int(asset_id) for asset_id in net.ids[before.roots != self._folds.roots])
        for asset_id in changed:
            self._unsettled.update((key, None) for key, _ in self._ledger.of_asset(asset_id))
        if before is not None:
            ended = net.ids[(before.roots != NOBODY) & (self._folds.roots == NOBODY) & self._folds.blamed]
            self._cause_ended.update((int(asset_id), now) for asset_id in ended)
        self._judge(now)

    def _judge(self, now: float) -> None:
        """Who is to be blamed, and who no longer, each after a while."""
        net, folds = self._present_net(), self._folds
        if folds is None:
            return
        blamed = {int(asset_id) for asset_id in net.ids[folds.blamed]}
        tops = {int(asset_id) for asset_id in net.ids[folds.blamed & (folds.roots == NOBODY)]}
        for asset_id in tops - self._derived:
            recovered = self._cause_ended.get(asset_id)
            due = now + FOLD_HOLD_S if recovered is None else max(now + FOLD_HOLD_S, recovered + RECOVERY_HOLD_S)
            self._blame_due.setdefault(asset_id, due)
        for asset_id in [*self._blame_due]:
            if asset_id not in tops or asset_id in self._derived:
                del self._blame_due[asset_id]
        for asset_id in [*self._pardon_due]:
            if asset_id in blamed or asset_id not in self._derived:
                del self._pardon_due[asset_id]
        for asset_id in self._derived - blamed:
            self._pardon_due.setdefault(asset_id, now + RECOVERY_HOLD_S)

    def _blames(self, now: float) -> Iterable[Job]:
        self._cause_ended = {key: at for key, at in self._cause_ended.items() if at + RECOVERY_HOLD_S > now}
        for asset_id in [asset_id for asset_id, due in self._blame_due.items() if due <= now]:
            del self._blame_due[asset_id]
            key = (asset_id, SUPPLIED_LOST)
            rule = self.rule(key)
            if rule is not None:
                yield Job(key, (Raise(priority=rule.priority),), "system", rule=rule)
        for asset_id in [asset_id for asset_id, due in self._pardon_due.items() if due <= now]:
            del self._pardon_due[asset_id]
            key = (asset_id, SUPPLIED_LOST)
            yield Job(key, (Clear(), Unsuppress()), "system", "what it feeds is back")

    # --- one alarm after the other

    def _settle_all(self, now: float) -> None:
        unsettled, self._unsettled = self._unsettled, {}
        for key in unsettled:
            state = self._ledger.state(key)
            if state is None or not state.is_suppressed:
                self._due.pop(key, None)
                self._place(key, None)
                if state is not None and state.is_active:
                    self._settle_shown(key)
                continue
            root, was = self.explains(key) if state.is_active else None, self._root_of.get(key)
            self._place(key, root)
            if root is not None:
                self._due.pop(key, None)
            elif was is None and not state.suppressed_by.startswith(SUPPLY_WORD):
                continue
            elif not state.is_active:
                self._jobs.append(Job(key, (Unsuppress(),), "system"))
            elif key not in self._due:
                self.hold(key, max(now, self._cause_ended.get(was or 0, now) + RECOVERY_HOLD_S))

    def _settle_shown(self, key: Key) -> None:
        root = self.explains(key)
        if root is None:
            return
        if self._has_card(root):
            self._jobs.append(Job(key, (Suppress(by=self.words(root)),), "system"))
        else:
            self._without_card.setdefault(root, {})[key] = None

    def _has_card(self, root: int) -> bool:
        card = self._ledger.state(self.card_of(root))
        return card is not None and card.is_active

    def _released(self, now: float) -> Iterable[Job]:
        while self._heap and self._heap[0][0] <= now:
            due, key = heapq.heappop(self._heap)
            if self._due.get(key) != due:
                continue
            del self._due[key]
            state = self._ledger.state(key)
            if state is not None and state.is_suppressed and not self._is_inhibited(key):
                yield Job(key, (Unsuppress(),), "system", "nothing explains it", rule=self.rule(key))

    def _place(self, key: Key, root: int | None) -> None:
        was = self._root_of.get(key)
        if was == root:
            return
        if was is not None:
            del self._root_of[key]
            self._members[was].pop(key, None)
            self.changed[self.card_of(was)] = None
            if not self._members[was]:
                del self._members[was]
        if root is not None:
            self._root_of[key] = root
            self._members[root][key] = None
            self.changed[self.card_of(root)] = None
            self.joined.append((root, key))
        if root is None or self._has_card(root):
            self.changed[key] = None
        else:
            self._untold.add(root)


def _tells_its_loss(class_: AssetClass) -> bool:
    rules = [*class_.alarms, *(rule for spec in class_.points for rule in spec.alarms)]
    return any(is_loss(rule) for rule in rules)
