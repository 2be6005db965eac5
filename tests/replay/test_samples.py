"""Every event that was ever stored must read for ever: each released version has a sample here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.facts import TOPICS
from domain.programme.events import EpisodeHeld
from services.log.codec import codec_of, plain
from services.log.envelope import RecordMapper
from services.log.tree import leaf_of
from services.log.upcasting import UPCASTERS
from tests.replay.exemplars import EVENTS, RECORDED_AT, STREAM, OneKey
from tests.replay.write_samples import load_every_fact

load_every_fact()
SAMPLES = sorted(EVENTS.glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return sample


def test_every_topic_has_a_sample_and_no_sample_was_taken_away() -> None:
    """A new topic gets one by ``python -m tests.replay.write_samples``."""
    assert {path.stem for path in SAMPLES} == set(TOPICS) | set(UPCASTERS)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_reads_as_the_fact_it_was(path: Path) -> None:
    sample = read(path)
    state = sample["state"].encode()
    recorded = RecordMapper(OneKey()).recorded(5, STREAM.hex, 1, sample["topic"], state)
    assert (recorded.position, recorded.stream, recorded.recorded_at) == (5, STREAM, RECORDED_AT)
    assert recorded.cause == "sample"
    if sample["topic"] not in UPCASTERS:
        readable, personal = codec_of(type(recorded.fact)).split(recorded.fact)
        assert _json(readable) == json.loads(state)["fact"]
        assert sorted(personal) == sorted(json.loads(state).get("sealed", {"fields": []})["fields"])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_leaf_of_a_sample_is_what_it_was(path: Path) -> None:
    sample = read(path)
    leaf = leaf_of(sample["originator_id"], sample["originator_version"], sample["topic"], sample["state"].encode())
    assert leaf.hex() == sample["leaf"]


def _json(values: dict[str, Any]) -> object:
    return orjson.loads(orjson.dumps(values, default=plain, option=orjson.OPT_PASSTHROUGH_DATETIME))


def test_an_episode_of_the_first_version_reads_as_one_with_a_single_unit() -> None:
    sample = read(EVENTS / "episode.held.v1.json")
    recorded = RecordMapper(OneKey()).recorded(5, STREAM.hex, 1, sample["topic"], sample["state"].encode())
    assert isinstance(recorded.fact, EpisodeHeld)
    assert [(unit.unit, unit.leader, unit.reason) for unit in recorded.fact.units] == [
        ("样本 sample", "样本 sample", None)
    ]
