"""Proofs (校验): the log's signed checkpoint, and for each event the proof that it stands where it stands."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel

from domain.facts import Actor
from domain.refusals import NoSuchComplaint
from gateways.http.caller import Caller, House, see
from gateways.http.feed import POSITION_MAX
from gateways.http.problems import fault
from services.audit import NothingToProve

if TYPE_CHECKING:
    from gateways.app import Hangfeng


class CheckpointNote(BaseModel):
    """The log's end, signed (C2SP tlog-checkpoint): ``note`` is to be kept, ``public_key`` is a PEM."""

    origin: str
    size: int
    root: str
    note: str
    public_key: str


class InclusionProof(BaseModel):
    """The proof that an event stands at a position (RFC 9162), for the offline verifier; bytes are in base64."""

    format: str
    position: int
    originator_id: str
    originator_version: int
    topic: str
    state: str
    leaf: str | None
    size: int
    root: str
    path: list[str]
    checkpoint: str


async def read_checkpoint(house: House) -> CheckpointNote:
    """Return the log's end, signed now."""
    checkpoint, note = await asyncio.to_thread(house.audit.checkpoint)
    return CheckpointNote(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        note=note,
        public_key=house.keys.public_pem.decode("ascii"),
    )


async def read_proof(
    position: Annotated[int, Path(ge=1, le=POSITION_MAX)],
    house: House,
    caller: Caller,
) -> InclusionProof:
    """Return the proof of one event that the caller may know of."""
    return InclusionProof(**await asyncio.to_thread(_proof, house, caller, position))


def _proof(house: Hangfeng, caller: Actor, position: int) -> dict[str, Any]:
    at = house.log.read_raw(position - 1, 1, position)
    if not at:
        raise fault("not-found")
    stream = UUID(at[0].originator_id)
    if house.casework.history(stream):
        # A proof carries the event's readable part: it is shown to whom the case is, and no further.
        seen = see(house, caller, stream)
        if not seen.shows_fact(house.log.read(position - 1, 1, position)[0].fact):
            raise NoSuchComplaint
    try:
        return house.audit.prove(position)
    except NothingToProve:
        raise fault("not-found") from None
