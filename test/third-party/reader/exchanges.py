"""Splits the reads of connections into exchanges of HTTP/1.1."""

import base64
from dataclasses import dataclass, field

import h11

BODY_LIMIT = 64 * 1024 * 1024


@dataclass
class Exchange:
    method: bytes
    target: bytes
    headers: list
    start_ms: float
    request_body: bytes = b""
    status: int | None = None
    answer_headers: dict = field(default_factory=dict)
    """Parts of the answer's body with the time of the read that completed them."""
    parts: list = field(default_factory=list)
    is_complete: bool = False
    fault: str | None = None


def list_exchanges(entries: list[dict]) -> list[Exchange]:
    connections: dict[int, list[dict]] = {}
    for entry in entries:
        connections.setdefault(entry["connection"], []).append(entry)
    exchanges: list[Exchange] = []
    for own in connections.values():
        exchanges += read_connection(own)
    return sorted(exchanges, key=lambda exchange: exchange.start_ms)


def read_connection(entries: list[dict]) -> list[Exchange]:
    reader = ConnectionReader()
    for entry in entries:
        data = base64.b64decode(entry["base64"])
        if entry["kind"] == "request":
            reader.read_request(data, entry["atMs"])
        elif entry["kind"].startswith("response"):
            reader.read_response(data, entry["atMs"])
    return reader.exchanges


class ConnectionReader:
    """Reads the requests and answers of one connection in turn, without pipelining."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.server: h11.Connection | None = None
        self.client: h11.Connection | None = None

    def read_request(self, data: bytes, at_ms: float) -> None:
        if self.server is None:
            self.server = h11.Connection(h11.SERVER, max_incomplete_event_size=BODY_LIMIT)
        self.server.receive_data(data)
        while (event := self.server.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            if isinstance(event, h11.Request):
                headers = event.headers.raw_items()
                self.exchanges.append(Exchange(event.method, event.target, headers, at_ms))
            elif isinstance(event, h11.Data):
                self.exchanges[-1].request_body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                self.server = None
                self.client = await_answer(self.exchanges[-1])
                return

    def read_response(self, data: bytes, at_ms: float) -> None:
        """Without bytes, the server has closed the connection."""
        if self.client is None:
            return
        exchange = self.exchanges[-1]
        try:
            self.client.receive_data(data)
            while (event := self.client.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                if isinstance(event, h11.Response):
                    exchange.status = event.status_code
                    exchange.answer_headers = {name.decode(): value.decode() for name, value in event.headers}
                elif isinstance(event, h11.Data):
                    exchange.parts.append((at_ms, bytes(event.data)))
                elif isinstance(event, h11.EndOfMessage):
                    exchange.is_complete = True
                    self.client = None
                    return
                elif isinstance(event, h11.ConnectionClosed):
                    return
        except h11.RemoteProtocolError as error:
            exchange.fault = str(error)
            self.client = None


def await_answer(exchange: Exchange) -> h11.Connection:
    client = h11.Connection(h11.CLIENT, max_incomplete_event_size=BODY_LIMIT)
    client.send(h11.Request(method=exchange.method, target=exchange.target, headers=exchange.headers))
    if exchange.request_body:
        client.send(h11.Data(data=exchange.request_body))
    client.send(h11.EndOfMessage())
    return client
