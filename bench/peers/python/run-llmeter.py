"""Drives llmeter, which is a library: a settings file in, its own responses.jsonl and stats.json out."""

import asyncio
import json
import sys

from llmeter.endpoints.openai import OpenAICompletionStreamEndpoint
from llmeter.runner import Runner


async def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    endpoint = OpenAICompletionStreamEndpoint(
        model_id=settings["model"], base_url=settings["url"], api_key="none", max_retries=0
    )
    payloads = [
        OpenAICompletionStreamEndpoint.create_payload(prompt, max_tokens=settings["outputTokens"])
        for prompt in settings["prompts"]
    ]
    runner = Runner(endpoint, output_path=settings["outputPath"])
    for name, requests in (("warmup", settings["warmupRequestsPerClient"]), ("run", settings["requestsPerClient"])):
        await runner.run(payload=payloads, clients=settings["concurrency"], n_requests=requests, run_name=name)


asyncio.run(main())
