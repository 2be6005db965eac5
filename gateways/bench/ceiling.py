"""The ceiling of ``hangfeng bench intake``: a FastAPI route that validates the body of a call and stores nothing."""

from __future__ import annotations

from uuid import UUID

from fastapi import FastAPI

from gateways.http.bodies import HotlineCall

app = FastAPI(openapi_url=None)


@app.post("/api/v1/hotline/calls", status_code=201)
async def validate_call(call: HotlineCall) -> dict[str, object]:
    """Answer with something of a receipt's size, made of the validated body."""
    return {
        "id": UUID(int=call.matter_no),
        "receipt_no": "20260101-0000001-0",
        "query_code": "0000000000",
        "registered_at": call.occurred_at,
        "deadline": None,
        "provisional": False,
    }
