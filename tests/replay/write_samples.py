"""Writes a sample of each event that has none: ``python -m tests.replay.write_samples``.

A sample that stands is never written again: it is what a released version stored, and must read for ever.
"""

from __future__ import annotations

import importlib
import json
import pkgutil

import domain
from domain.facts import TOPICS
from services.log.envelope import RecordMapper, stamp
from services.log.tree import leaf_of
from tests.replay.exemplars import EVENTS, RECORDED_AT, STREAM, OneKey, exemplar


def load_every_fact() -> None:
    """Import the whole domain, so that every topic is known."""
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)


def write_missing() -> list[str]:
    """Write what is missing and return the topics."""
    load_every_fact()
    missing = [topic for topic in sorted(TOPICS) if not (EVENTS / f"{topic}.json").exists()]
    for topic in missing:
        state = RecordMapper(OneKey()).state_of(STREAM.hex, 1, exemplar(TOPICS[topic]), stamp(RECORDED_AT), "sample")
        sample = {
            "originator_id": STREAM.hex,
            "originator_version": 1,
            "topic": topic,
            "state": state.decode(),
            "leaf": leaf_of(STREAM.hex, 1, topic, state).hex(),
        }
        text = json.dumps(sample, ensure_ascii=False, indent=1) + "\n"
        (EVENTS / f"{topic}.json").write_text(text, encoding="utf-8")
    return missing


if __name__ == "__main__":
    write_missing()
