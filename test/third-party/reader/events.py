"""Splits the body of an answer into events, each with the time of the read that completed it."""

import codecs
import json
from collections.abc import Iterator

from botocore.eventstream import EventStreamBuffer
from httpx_sse._decoders import SSEDecoder, SSELineDecoder

Parts = list[tuple[float, bytes]]


def read_sse(parts: Parts) -> Iterator[tuple[float, str]]:
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    lines, events = SSELineDecoder(), SSEDecoder()
    for at_ms, data in parts:
        for line in lines.decode(decode(data)):
            event = events.decode(line)
            if event is not None and event.data != "":
                yield at_ms, event.data


def read_event_stream(parts: Parts) -> Iterator[tuple[float, str]]:
    """Yields each message of an AWS event stream as JSON, with its payload under the type of its event."""
    buffer = EventStreamBuffer()
    for at_ms, data in parts:
        buffer.add_data(data)
        for message in buffer:
            kind = message.headers.get(":event-type") or message.headers.get(":exception-type") or "error"
            yield at_ms, json.dumps({kind: json.loads(message.payload or b"{}")})
