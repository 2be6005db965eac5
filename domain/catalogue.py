"""Every fact there is: whoever reads the log imports this, so that no topic is unknown for want of an import."""

from __future__ import annotations

from domain import editions, erasure, units
from domain.bulletin import events as bulletin
from domain.complaint import events as complaint
from domain.facts import TOPICS, Fact
from domain.figures import coverage
from domain.partners import exposures
from domain.partners import outlets as partners
from domain.programme import events as programme
from domain.scores import ledger as scores

MODULES = (bulletin, complaint, coverage, editions, erasure, exposures, partners, programme, scores, units)
"""The modules that define facts."""

FACTS: dict[str, type[Fact]] = TOPICS
"""Every fact class by its topic, complete once this module is imported."""
