"""Signs of stuffing over small tables of ratings, on both sides of each threshold."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from domain.figures.rating_signs import SIGN_CHINESE, Rating, Sign, Thresholds, signs_of
from domain.words import Satisfaction
from tests.scenario import MONDAY, ROADS, WATER


@dataclass(frozen=True)
class At:
    """A rating so many minutes after the first, an hour after its invitation."""

    minutes: float
    unit: str | None = WATER
    person: str = ""
    address: str | None = None
    device: str | None = None
    took_seconds: int = 3600


def rated(*given: At) -> list[Rating]:
    return [
        Rating(
            complaint=UUID(int=number),
            follow_up=9,
            subject=one.person or f"person {number}",
            unit=one.unit,
            invited=MONDAY + timedelta(minutes=one.minutes, seconds=-one.took_seconds),
            rated=MONDAY + timedelta(minutes=one.minutes),
            satisfaction=Satisfaction.SATISFIED,
            solved=True,
            address=one.address,
            device=one.device,
        )
        for number, one in enumerate(given)
    ]


def odd(sign: Sign, *given: At) -> list[int]:
    found = signs_of(rated(*given), Thresholds(burst_max=2, burst_minutes=10, address_people_max=2))
    return [number for number, signs in enumerate(found) if sign in signs]


@pytest.mark.parametrize(
    ("minutes", "numbers"),
    [
        ([0, 5, 10], [0, 1, 2]),
        ([0, 5, 10.1], []),
        ([0, 9], []),
        ([0, 30, 31, 32], [1, 2, 3]),
        ([12, 0, 6, 1], [1, 2, 3]),
    ],
)
def test_more_ratings_of_a_unit_than_usual_within_minutes_are_a_burst(minutes: list[float], numbers: list[int]) -> None:
    assert odd(Sign.BURST, *(At(minute) for minute in minutes)) == numbers


def test_a_burst_is_one_units() -> None:
    assert odd(Sign.BURST, At(0), At(1, ROADS), At(2)) == []
    assert odd(Sign.BURST, At(0, None), At(1, None), At(2, None)) == []


def test_one_device_that_rates_for_two_people_is_odd_and_for_one_person_is_not() -> None:
    assert odd(Sign.SAME_DEVICE, At(0, device="d"), At(600, device="d"), At(700)) == [0, 1]
    assert odd(Sign.SAME_DEVICE, At(0, device="d", person="p"), At(600, device="d", person="p")) == []


def test_an_address_is_shared_by_more_people_before_it_is_odd() -> None:
    two = [At(0, address="a"), At(600, address="a")]
    assert odd(Sign.SAME_ADDRESS, *two) == []
    assert odd(Sign.SAME_ADDRESS, *two, At(1200, address="a"), At(1300, address="b")) == [0, 1, 2]


def test_within_seconds_of_the_invitation_nobody_read_the_answer() -> None:
    assert odd(Sign.TOO_FAST, At(0, took_seconds=9), At(60, took_seconds=10)) == [0]


def test_every_sign_has_its_chinese() -> None:
    assert set(SIGN_CHINESE) == set(Sign)
