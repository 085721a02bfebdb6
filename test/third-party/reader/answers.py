"""Reads an answer: outcome, times of output, text, finish reason, and usage, by rules written apart from Tokenmeter's."""

import json
from dataclasses import dataclass

from botocore.eventstream import ParserError
from events import read_event_stream, read_sse
from exchanges import Exchange
from protocols import READERS


@dataclass
class Answer:
    events: int = 0
    text: str = ""
    call_names: str = ""
    output_at_ms: tuple[float, ...] = ()
    finish: str | None = None
    ended: bool = False
    error: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    unreadable: str | None = None


def read_answer(exchange: Exchange, protocol: str) -> dict:
    answer = Answer()
    body = b"".join(data for _, data in exchange.parts)
    if exchange.status is not None and exchange.status < 400:
        read_body(exchange, protocol, answer)
    answer.error = answer.error or read_error_body(body)
    if answer.text and answer.output_tokens == 0:
        # The server did not count.
        answer.input_tokens, answer.output_tokens = answer.input_tokens or None, None
    first, last = (answer.output_at_ms[0], answer.output_at_ms[-1]) if answer.output_at_ms else (None, None)
    return {
        "startMs": exchange.start_ms,
        "status": exchange.status,
        "outcome": judge(exchange, answer, body),
        "firstOutputMs": first,
        "lastOutputMs": last,
        "outputEvents": len(answer.output_at_ms),
        "text": answer.text,
        "finish": answer.finish,
        "inputTokens": answer.input_tokens,
        "outputTokens": answer.output_tokens,
        "detail": answer.error or answer.unreadable or exchange.fault or body[:200].decode("utf-8", "replace"),
    }


def read_error_body(body: bytes) -> str | None:
    """Returns the error of a body that is one JSON object in place of a stream."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    error = value.get("error") if isinstance(value, dict) else None
    return None if error is None else str(error)


def read_body(exchange: Exchange, protocol: str, answer: Answer) -> None:
    read_events = read_event_stream if protocol == "bedrock-converse" else read_sse
    read = READERS[protocol]
    try:
        for at_ms, data in read_events(exchange.parts):
            answer.events += 1
            known_names = answer.call_names
            text = read_event(data, read, answer)
            answer.text += text
            # Names of tool calls are output, but no text.
            if text or answer.call_names != known_names:
                answer.output_at_ms += (at_ms,)
    except ParserError as error:
        answer.unreadable = f"{type(error).__name__}: {error}"


def read_event(data: str, read, answer: Answer) -> str:
    if data == "[DONE]":
        answer.ended = True
        return ""
    try:
        return read(json.loads(data), answer)
    except ValueError as error:
        answer.unreadable = f"{type(error).__name__}: {error}"
        return ""


def judge(exchange: Exchange, answer: Answer, body: bytes) -> str:
    if exchange.status is None:
        return "truncated"
    if exchange.status == 429:
        return "rate_limited"
    if exchange.status >= 400:
        return f"http_{exchange.status // 100}xx"
    if answer.error is not None:
        return "stream_error"
    if answer.unreadable is not None or (body and answer.events == 0 and exchange.is_complete):
        return "bad_stream"
    if not exchange.is_complete or not (answer.finish or answer.ended):
        return "truncated"
    return "ok" if answer.output_at_ms else "empty_output"
