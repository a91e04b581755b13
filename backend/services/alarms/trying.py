"""Trials: what would a proposed rule have told in a past period? Read bit by bit, with progress; nothing is changed."""

import asyncio
import datetime as dt
import itertools
import logging
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.domain.alarms.trial_result import AssetTrial, result_of
from backend.domain.alarms.trying import would_have, would_have_told
from backend.ports import StorageError
from backend.services.alarms.kept_past import KeptPast
from backend.services.alarms.rules_in_force import RulesInForce
from backend.services.refusals import RuleRefused
from backend.services.said import say
from contract.alarm_rules import (
    LONGEST_TRIAL,
    MOST_TRIAL_ASSETS,
    Trial,
    TrialBasis,
    TrialRequest,
    TrialResult,
    TrialState,
)
from contract.assets import AlarmRule, AlarmWhen, Asset

log = logging.getLogger(__name__)
MOST_RUNNING: Final = 4
MOST_KEPT: Final = 40
_NOT_KEPT = frozenset({AlarmWhen.COMMUNICATION_LOST, AlarmWhen.QUALITY_FAILED, AlarmWhen.DIFFERS_FROM_COMMAND})


class Trials:
    """One running trial a person; the last ones are remembered until the backend stops."""

    def __init__(self, clock: Clock, rules: RulesInForce, past: KeptPast) -> None:
        self._clock = clock
        self._rules = rules
        self._past = past
        self._tasks = Tasks("alarm trials")
        self._threads = Threads("alarm trials")
        self._trials: dict[str, Trial] = {}
        self._owners: dict[str, str] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._numbers = itertools.count(1)

    async def close(self) -> None:
        """Stop what runs."""
        await self._tasks.close()
        self._threads.close()

    def begin(self, request: TrialRequest, assets: list[Asset], *, by: str) -> Trial:
        """`assets` are those that the asker may see, of the class, below the asset asked for. Raises RuleRefused."""
        now = self._clock.now()
        if not (request.since < request.until <= now and request.until - request.since <= LONGEST_TRIAL):
            raise RuleRefused(say("trial_period"))
        if not assets:
            raise RuleRefused(say("trial_nothing"))
        if any(self._owners[trial_id] == by for trial_id in self._running):
            raise RuleRefused(say("trial_busy"))
        if len(self._running) >= MOST_RUNNING:
            raise RuleRefused(say("trial_full", count=MOST_RUNNING))
        taken = sorted(assets, key=lambda asset: asset.id)[:MOST_TRIAL_ASSETS]
        trial = Trial(
            id=f"{next(self._numbers)}",
            request=request,
            state=TrialState.RUNNING,
            done=0,
            total=len(taken),
            started_at=now,
        )
        for old in list(self._trials)[: max(len(self._trials) - MOST_KEPT + 1, 0)]:
            if old not in self._running:
                del self._trials[old], self._owners[old]
        self._trials[trial.id], self._owners[trial.id] = trial, by
        self._running[trial.id] = self._tasks.start(self._run(trial, taken, len(assets) - len(taken)), name="trial")
        return trial

    def get(self, trial_id: str, *, by: str) -> Trial | None:
        """How far a trial of this person is."""
        return self._trials.get(trial_id) if self._owners.get(trial_id) == by else None

    def cancel(self, trial_id: str, *, by: str) -> Trial | None:
        """End it; one that has ended stays as it is."""
        task = self._running.get(trial_id)
        if task is not None and self._owners.get(trial_id) == by:
            task.cancel()
            self._put(trial_id, state=TrialState.CANCELLED)
            del self._running[trial_id]
        return self.get(trial_id, by=by)

    async def settle(self) -> None:
        """Wait until nothing runs."""
        await self._tasks.settle()

    async def _run(self, trial: Trial, assets: list[Asset], left_out: int) -> None:
        try:
            result = await self._result(trial, assets, left_out)
        except StorageError as error:
            self._put(trial.id, state=TrialState.FAILED, trouble=say("trial_failed", why=str(error)).text)
        except Exception:
            log.exception("the trial of %s %s failed", trial.request.class_, trial.request.kind)
            self._put(trial.id, state=TrialState.FAILED, trouble=say("trial_failed", why="").text)
        else:
            self._put(trial.id, state=TrialState.DONE, result=result, done=len(assets))
        self._running.pop(trial.id, None)

    async def _result(self, trial: Trial, assets: list[Asset], left_out: int) -> TrialResult:
        request = trial.request
        point = self._rules.of_class(request.class_).point_of.get(request.kind, "")
        parts: list[AssetTrial] = []
        basis, is_thinned = TrialBasis.VALUES, False
        for count, asset in enumerate(assets):
            proposed = self._rules.proposed(asset, request.kind, request.patch, request.asset_id)
            present = self._rules.rule_of(asset, request.kind)
            if proposed is None or present is None:
                continue
            if not point or proposed.when in _NOT_KEPT:
                basis = TrialBasis.EPISODES
                parts.append(await self._of_episodes(asset, proposed, present, request))
            else:
                part, was_thinned = await self._of_values(asset, point, proposed, request)
                parts.append(part)
                is_thinned |= was_thinned
            self._put(trial.id, done=count + 1)
            await asyncio.sleep(0)
        since, until = request.since.timestamp(), request.until.timestamp()
        return await self._threads.run(
            lambda: result_of(parts, since, until, basis, is_thinned=is_thinned, left_out=left_out)
        )

    async def _of_values(
        self, asset: Asset, point: str, rule: AlarmRule, request: TrialRequest
    ) -> tuple[AssetTrial, bool]:
        begin = request.since - _run_up(rule)
        samples, is_thinned = await self._past.samples(asset, point, rule, begin, request.until)
        since, until = request.since.timestamp(), request.until.timestamp()
        tried = await self._threads.run(lambda: would_have(rule, samples, since=begin.timestamp(), until=until))
        unknown = tuple(
            msgspec.structs.replace(stretch, since=max(stretch.since, since))
            for stretch in tried.unknown
            if stretch.until > since
        )
        did = await self._past.episodes(asset.id, request.kind, begin, request.until)
        return AssetTrial(asset.id, asset.code, msgspec.structs.replace(tried, unknown=unknown), tuple(did)), is_thinned

    async def _of_episodes(
        self, asset: Asset, rule: AlarmRule, present: AlarmRule, request: TrialRequest
    ) -> AssetTrial:
        did = await self._past.episodes(asset.id, request.kind, request.since - _run_up(rule), request.until)
        tried = would_have_told(rule, did, was=present, until=request.until.timestamp())
        return AssetTrial(asset.id, asset.code, tried, tuple(did))

    def _put(self, trial_id: str, **fields: object) -> None:
        trial = self._trials.get(trial_id)
        if trial is not None and trial.state is TrialState.RUNNING:
            self._trials[trial_id] = msgspec.structs.replace(trial, **fields)


def _run_up(rule: AlarmRule) -> dt.timedelta:
    """What must be known from before the period: delays, windows and spans that had begun."""
    return dt.timedelta(seconds=min(max(rule.hold_s + rule.over_s, rule.count_window_s) + 60.0, 7 * 86_400.0))
