"""Runs the quickstart with the Tokenmeter client and prints the number of successful requests."""

import os

from tokenmeter_client import AuthenticatedClient
from tokenmeter_client.api.results import get_report
from tokenmeter_client.api.runs import create_run, get_run
from tokenmeter_client.models import (
    ConcurrencyLoadInput,
    ConcurrencyLoadStageInput,
    Report,
    Run,
    RunSpecInput,
    TargetSpecInput,
)

client = AuthenticatedClient(
    base_url=os.environ.get("TOKENMETER_URL", "http://127.0.0.1:8787"),
    token=os.environ["TOKENMETER_API_KEY"],
)
spec = RunSpecInput(
    name="From Python",
    targets=[
        TargetSpecInput(
            id="local",
            base_url=os.environ.get("TARGET_URL", "http://127.0.0.1:8788/v1"),
            model="meta-llama/Llama-2-70b-chat-hf",
        )
    ],
    load=ConcurrencyLoadInput(
        mode="concurrency",
        stages=[ConcurrencyLoadStageInput(concurrency=5, requests=20)],
        warmup_requests=2,
    ),
)

run = create_run.sync(client=client, body=spec)
while isinstance(run, Run) and run.status not in ("completed", "failed", "canceled"):
    run = get_run.sync(run.run_id, client=client, prefer="wait=10")
if not isinstance(run, Run):
    raise SystemExit(f"The API refused the run: {run}")

report = get_report.sync(run.run_id, client=client)
if not isinstance(report, Report):
    raise SystemExit(f"There is no report: {report}")
for stage in report.stages:
    print(f"{stage.target_id}: {stage.counts.ok} of {stage.counts.planned} requests succeeded")
