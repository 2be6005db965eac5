"""The hotline (热线电话): an operator registers a call.

The hot path: one validation, one group commit, plain bytes out.
"""

from __future__ import annotations

from typing import Final

import orjson
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from domain.complaint import commands as c
from domain.identity import Evidence
from domain.words import Channel
from gateways.http.bodies import HotlineCall
from gateways.http.caller import caller_of, house_of, moment
from gateways.http.problems import of_validation
from services.casework import Receipt

_CALL: Final = TypeAdapter(HotlineCall)


async def register_call(request: Request) -> Response:
    """Register a call: 201 with its receipt, 200 with the same receipt where it was registered before."""
    house = house_of(request)
    try:
        call = _CALL.validate_json(await request.body())
    except ValidationError as error:
        raise of_validation(error.errors(include_url=False, include_input=False)) from None
    evidence = Evidence(Channel.HOTLINE, house.settings.hotline_source, call.call_id)
    # The model's own values as they stand: a dump of a dump would cost twice.
    said = orjson.dumps(call.__dict__, option=orjson.OPT_SORT_KEYS)
    who = house.casework.identify(evidence, said, number=call.caller_number)
    receipt = await house.casework.register_async(
        c.Register(
            by=caller_of(request),
            at=moment(house, call.occurred_at),
            contact=who.contact,
            matter_no=call.matter_no,
            evidence_digest=who.evidence_digest,
            subject=who.subject,
            channel=Channel.HOTLINE,
            source=evidence.source,
            source_id=call.call_id,
            kind=call.kind,
            title=call.title,
            text=call.text,
            category=call.category,
            wanted_unit=call.unit,
            programme_ref=call.programme_ref,
            reporter_name=call.caller_name or None,
            reporter_number=call.caller_number or None,
        ),
    )
    return receipt_response(receipt)


def receipt_response(receipt: Receipt) -> Response:
    """Return a receipt as bytes, 201 for a fresh one and 200 for one that stood already."""
    return Response(
        orjson.dumps(
            {
                "id": receipt.id,
                "receipt_no": receipt.receipt_no,
                "query_code": receipt.query_code,
                "registered_at": receipt.registered_at,
                "deadline": receipt.deadline,
                "provisional": receipt.provisional,
            },
        ),
        status_code=201 if receipt.fresh else 200,
        media_type="application/json",
    )
