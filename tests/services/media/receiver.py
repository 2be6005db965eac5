"""An outlet's server on this machine, and what lets a courier go there."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from services.media.addresses import AddressRules
from services.media.courier import CourierSettings

INSIDE_ALLOWED = CourierSettings(5.0, 3, 10.0, 15.0, AddressRules(http_allowed=True, private_allowed=True))


def here(_host: str, _port: int) -> list[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


@contextmanager
def receiver() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server on this machine that keeps what it was sent and sends whoever asks for /moved elsewhere."""
    taken: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            taken.append({**dict(self.headers), "path": self.path, "body": body.decode()})
            self.send_response(302 if self.path == "/moved" else 204)
            self.send_header("location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://outlet.test:{server.server_port}", taken
    server.shutdown()
    thread.join()
    server.server_close()
