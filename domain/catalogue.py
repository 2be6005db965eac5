"""Every fact there is: whoever reads the log imports this, so that no topic is unknown for want of an import."""

from __future__ import annotations

from domain import bulletin, coverage, editions, episode, erasure, events, exposures, partners, scores, units
from domain.facts import TOPICS, Fact

MODULES = (bulletin, coverage, editions, episode, erasure, events, exposures, partners, scores, units)
"""The modules that define facts."""

FACTS: dict[str, type[Fact]] = TOPICS
"""Every fact class by its topic, complete once this module is imported."""
