"""Reads a recording of the recorder: one line of JSON per exchange, with what each answer says and when.

It shares no code with Tokenmeter: h11 reads HTTP, httpx-sse reads server-sent events, botocore reads event streams.
"""

import json
import re
import sys

from answers import read_answer
from exchanges import list_exchanges

PROMPT_NUMBER = re.compile(rb"Question (\d+)")


def main(file: str, protocol: str) -> None:
    with open(file, encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    for exchange in list_exchanges(entries):
        number = PROMPT_NUMBER.search(exchange.request_body)
        answer = read_answer(exchange, protocol)
        print(json.dumps({"promptNumber": int(number[1]) if number else None, **answer}))


if __name__ == "__main__":
    main(*sys.argv[1:])
