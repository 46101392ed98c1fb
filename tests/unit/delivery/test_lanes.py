"""Who is sent what when: limits, rests, and what is given back."""

from datetime import timedelta

from sealgate.base.ids import new_uuid
from sealgate.delivery.lanes import LONGEST_REST_S, PER_APP, PER_TARGET, STRIKES, WAITING_PER_LANE, Lanes
from sealgate.delivery.model import Attempt, Claimed, Result
from tests.conftest import NOON

SECOND = timedelta(seconds=1)


class Crowd:
    """Deliveries with numbers that rise."""

    def __init__(self) -> None:
        self._number = 0

    def one(self, target: str, *, app: str = "an app") -> Claimed:
        self._number += 1
        return Claimed(
            id=self._number,
            app_uuid=app,
            kind="payload.signed",
            target_kind="webhook",
            target_uuid=target,
            subject=new_uuid(),
            attempt=1,
            created_at=NOON,
        )

    def fill(self, lanes: Lanes, target: str, count: int, *, app: str = "an app") -> None:
        for _ in range(count):
            lanes.add(self.one(target, app=app), NOON)


def came_to(claimed: Claimed, status: int | None) -> Result:
    """Return the result of a try with this answer; None where there was none."""
    attempt = Attempt(number=1, at=NOON, status=status)
    state = "delivered" if status == 200 else "waiting"
    return Result(id=claimed.id, state=state, next_at=NOON, attempt=attempt, unreachable=status is None)  # type: ignore[arg-type]


class TestLimits:
    def test_a_target_gets_a_few_at_once_and_the_next_when_one_is_done(self):
        lanes, crowd = Lanes(), Crowd()
        crowd.fill(lanes, "a", PER_TARGET + 2)

        first = list(lanes.start(NOON))
        lanes.finish(first[0], came_to(first[0], 200), NOON)
        then = list(lanes.start(NOON))

        assert (len(first), len(then), lanes.running, lanes.waiting) == (PER_TARGET, 1, PER_TARGET, 1)

    def test_a_full_target_leaves_room_for_others(self):
        lanes, crowd = Lanes(), Crowd()
        crowd.fill(lanes, "a", WAITING_PER_LANE)
        crowd.fill(lanes, "b", 1, app="another")

        started = list(lanes.start(NOON))

        assert {one.target_uuid for one in started} == {"a", "b"}
        assert lanes.busy_targets(NOON) == ["a"]

    def test_an_app_has_a_limit_over_its_targets(self):
        lanes, crowd = Lanes(), Crowd()
        for number in range(5):
            crowd.fill(lanes, f"t{number}", PER_TARGET)
        crowd.fill(lanes, "other", 1, app="another")

        started = list(lanes.start(NOON))

        assert sum(one.app_uuid == "an app" for one in started) == PER_APP
        assert lanes.busy_apps() == ["an app"]
        assert "other" in {one.target_uuid for one in started}


class TestATargetThatFails:
    def test_gets_one_at_a_time_after_a_few_failures_until_one_arrives(self):
        lanes, crowd = Lanes(), Crowd()
        crowd.fill(lanes, "a", PER_TARGET * 2)
        started = list(lanes.start(NOON))
        for one in started:
            lanes.finish(one, came_to(one, 500), NOON)

        (probe,) = lanes.start(NOON)
        given_back = lanes.surplus(NOON)
        lanes.finish(probe, came_to(probe, 200), NOON)
        crowd.fill(lanes, "a", PER_TARGET * 2)

        assert len(given_back) == PER_TARGET * 2 - PER_TARGET - 1 - 1
        assert len(list(lanes.start(NOON))) == PER_TARGET

    def test_rests_ever_longer_while_it_keeps_silent(self):
        lanes, crowd = Lanes(), Crowd()
        rests, now = [], NOON
        for _ in range(STRIKES + 8):
            lanes.add(crowd.one("a"), now)
            (one,) = lanes.start(now)
            until = lanes.finish(one, came_to(one, None), now)
            rests.append(0 if until is None else (until - now).total_seconds())
            now = until or now

        assert rests == [0, 0, 1, 2, 4, 8, 16, 32, LONGEST_REST_S, LONGEST_REST_S, LONGEST_REST_S]

    def test_is_left_in_peace_while_it_rests(self):
        lanes, crowd = Lanes(), Crowd()
        crowd.fill(lanes, "a", 3)
        for one in list(lanes.start(NOON)):
            lanes.finish(one, came_to(one, None), NOON)
        crowd.fill(lanes, "a", 2)

        assert list(lanes.start(NOON)) == []
        assert lanes.busy_targets(NOON) == ["a"]
        assert lanes.next_start(NOON) == NOON + SECOND
        assert len(lanes.surplus(NOON)) == 2
        assert lanes.busy_targets(NOON + SECOND) == []

    def test_rests_for_as_long_as_it_asks(self):
        lanes, crowd = Lanes(), Crowd()
        crowd.fill(lanes, "a", 1)
        (one,) = lanes.start(NOON)
        result = Result(
            id=one.id,
            state="waiting",
            next_at=NOON,
            attempt=Attempt(number=1, at=NOON, status=429),
            quiet_until=NOON + 40 * SECOND,
        )

        until = lanes.finish(one, result, NOON)

        assert until == NOON + 40 * SECOND
        assert lanes.busy_targets(NOON + 39 * SECOND) == ["a"]
        assert lanes.busy_targets(NOON + 40 * SECOND) == []


class TestGivingBack:
    def test_takes_out_what_waits(self):
        lanes, crowd = Lanes(), Crowd()
        crowd.fill(lanes, "a", PER_TARGET + 3)
        list(lanes.start(NOON))

        assert len(lanes.take_all()) == 3
        assert (lanes.running, lanes.waiting) == (PER_TARGET, 0)

    def test_drops_what_somebody_else_has(self):
        lanes, crowd = Lanes(), Crowd()
        mine, lost = crowd.one("a"), crowd.one("a")
        lanes.add(mine, NOON)
        lanes.add(lost, NOON)

        lanes.drop({lost.id})

        assert [one.id for one in lanes.start(NOON)] == [mine.id]


class TestForgiveness:
    def test_lets_who_rested_and_failed_be_served_at_once(self):
        lanes, crowd = Lanes(), Crowd()
        crowd.fill(lanes, "a", STRIKES + PER_TARGET)
        later = NOON + timedelta(days=30)
        for _ in range(STRIKES):
            claimed = next(lanes.start(later))
            lanes.finish(claimed, came_to(claimed, None), later)
        assert list(lanes.start(NOON)) == []

        lanes.forgive(NOON)

        assert len(list(lanes.start(NOON))) == PER_TARGET
