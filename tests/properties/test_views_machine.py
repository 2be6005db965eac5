"""A machine works several cases at once through the real house, and holds the live views equal to rebuilt ones."""

import tempfile
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.complaint import commands as c
from domain.complaint.lifecycle import STEP_OF, Step
from domain.facts import Moment
from domain.identity import Evidence
from domain.refusals import Refusal
from domain.words import Channel, ComplaintKind
from gateways.app import compose, open_new
from services.replay import replay_and_compare
from services.settings import Settings
from tests.random_walk import wish
from tests.scenario import OPERATOR

BEGIN = datetime(2025, 9, 1, 1, 0, tzinfo=UTC)
# A shared reply comes from the other case, never by itself; the clock's steps are the clock's.
VERBS = tuple(step for step in STEP_OF.values() if step.verb != "receive-shared-reply")


class Hotline(RuleBasedStateMachine):
    """The house under random work; its clock is the machine's."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._now = BEGIN
        self._cases: list[UUID] = []

    @initialize()
    def open(self) -> None:
        folder = self._stack.enter_context(tempfile.TemporaryDirectory())
        options = Settings(data=Path(folder) / "data")
        open_new(options, self._clock)
        self._house = self._stack.enter_context(compose(options, self._clock))

    def _clock(self) -> datetime:
        return self._now

    def _moment(self) -> Moment:
        return Moment(self._now.astimezone(self._house.instance.zone))

    @rule(kind=st.sampled_from(ComplaintKind), channel=st.sampled_from(Channel))
    def register(self, kind: ComplaintKind, channel: Channel) -> None:
        evidence = Evidence(channel, "machine", f"contact-{len(self._cases)}")
        who = self._house.casework.identify(evidence, b"body")
        command = c.Register(
            by=OPERATOR,
            at=self._moment(),
            contact=who.contact,
            matter_no=1,
            evidence_digest=who.evidence_digest,
            subject=who.subject,
            channel=channel,
            source=evidence.source,
            source_id=evidence.source_id,
            kind=kind,
            title="停水",
            text="三天没有水",
        )
        self._cases.append(self._house.casework.register(command).id)
        assert not self._house.casework.register(command).fresh

    @rule(hours=st.sampled_from((1, 5, 24, 80)))
    def time_passes(self, hours: int) -> None:
        self._now += timedelta(hours=hours)

    @rule(seed=st.integers(0, 2**16), step=st.sampled_from(VERBS))
    def somebody_asks(self, seed: int, step: Step) -> None:
        if not self._cases:
            return
        chance = Random(seed)
        complaint = chance.choice(self._cases)
        state = self._house.casework.load(complaint)
        assert state is not None
        command = wish(chance, step.command, state, self._moment())
        if isinstance(command, c.Merge):
            command = c.Merge(by=command.by, at=command.at, into=chance.choice(self._cases))
        with suppress(Refusal):
            self._house.casework.handle(complaint, command)

    @rule()
    def views_follow(self) -> None:
        self._house.catch_up()

    @invariant()
    def recorded_times_never_decrease(self) -> None:
        if hasattr(self, "_house"):
            times = [recorded.recorded_at for recorded in self._house.log.read(0, 10_000)]
            assert times == sorted(times)

    def teardown(self) -> None:
        try:
            self._house.catch_up()
            self._live_views_equal_rebuilt_ones()
        finally:
            self._stack.close()

    def _live_views_equal_rebuilt_ones(self) -> None:
        scratch = self._house.settings.data
        for view in replay_and_compare(self._house.log, self._house.homes, scratch, lambda _position: None):
            assert view.difference is None, (view.name, view.difference)
            assert view.position == self._house.log.head().position


Hotline.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestHotline = Hotline.TestCase
