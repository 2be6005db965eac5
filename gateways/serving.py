"""Running the web server over a composed house, until it is told to stop."""

from __future__ import annotations

import gc
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from gateways.http.server import application

if TYPE_CHECKING:
    from gateways.app import Hangfeng

KEEP_ALIVE_SECONDS = 30
SHUTDOWN_SECONDS = 20
BACKLOG_CONNECTIONS = 2048
SWITCH_SECONDS = 0.01
"""How long a thread keeps the interpreter while another wants it: the log's writer needs it often, and briefly."""

YOUNG_OBJECTS_MAX = 20_000
"""How many objects are made before the collector looks at the young ones; most requests leave no circle behind."""


def run(house: Hangfeng, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are finished first."""
    # uvicorn raises the signal again once it is done; taken as an exit, the house is closed behind it.
    signal.signal(signal.SIGTERM, _exit)
    sys.setswitchinterval(SWITCH_SECONDS)
    app = application(house)
    # What stands now stands until the end: schemas, routes and rules need not be walked at each collection.
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS_MAX)
    uvicorn.run(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        backlog=BACKLOG_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        access_log=False,
        server_header=False,
        log_level="warning",
    )


def _exit(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
