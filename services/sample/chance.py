"""Chance that falls the same way every time (固定的随机): each part of the sample draws from a seed of its own."""

from __future__ import annotations

from random import Random

_WHOLE = 100


def fixed_chance(seed: str) -> Random:
    """Return the chance of a named part; changing one part of the sample leaves the others as they are."""
    # Invented people need no secret numbers, only the same ones every time.
    return Random(f"hangfeng sample {seed}")  # noqa: S311


def likely(rng: Random, percent: int) -> bool:
    """Draw whether something happens that happens in so many of a hundred cases."""
    return rng.randrange(_WHOLE) < percent
