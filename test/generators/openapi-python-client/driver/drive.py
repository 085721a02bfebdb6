"""Drives a whole run with the generated client."""

import json
import os
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Protocol, TypeVar

from tokenmeter_client import AuthenticatedClient
from tokenmeter_client.api.results import (
    compare_runs,
    get_llmperf_archive,
    get_report,
    get_report_csv,
    get_report_html,
    get_samples_ndjson,
    import_files,
)
from tokenmeter_client.api.runs import create_run, delete_run, get_run
from tokenmeter_client.api.webhooks import create_webhook_endpoint, delete_webhook_endpoint
from tokenmeter_client.models import (
    ConcurrencyLoadInput,
    ConcurrencyLoadStageInput,
    ImportForm,
    Report,
    Run,
    RunsComparison,
    RunSpecInput,
    TargetSpecInput,
    WebhookEndpoint,
    WebhookEndpointInput,
)
from tokenmeter_client.types import File

T = TypeVar("T")
output = Path(os.environ["OUTPUT_FOLDER"])
client = AuthenticatedClient(
    base_url=os.environ["TOKENMETER_URL"],
    token=os.environ["TOKENMETER_API_KEY"],
    raise_on_unexpected_status=True,
)


class Answer(Protocol):
    """What the driver reads of a response without a parsed body."""

    status_code: HTTPStatus
    content: bytes


def expect(kind: type[T], value: object) -> T:
    """Returns the parsed body, or raises its problem details."""
    if isinstance(value, kind):
        return value
    raise RuntimeError(f"expected {kind.__name__}, received {value}")


def save(name: str, answer: Answer) -> None:
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(answer.content.decode())
    (output / name).write_bytes(answer.content)


quickstart = RunSpecInput(
    name="Quickstart",
    targets=[
        TargetSpecInput(
            id="local",
            base_url=os.environ["TARGET_URL"],
            model="meta-llama/Llama-2-70b-chat-hf",
        )
    ],
    load=ConcurrencyLoadInput(
        mode="concurrency",
        stages=[ConcurrencyLoadStageInput(concurrency=5, requests=20)],
        warmup_requests=2,
    ),
)

run = expect(Run, create_run.sync(client=client, body=quickstart))
run_id = run.run_id
while run.status != "completed":
    run = expect(Run, get_run.sync(run_id, client=client, prefer="wait=10"))

report = expect(Report, get_report.sync(run_id, client=client))
(output / "report.json").write_text(json.dumps(report.to_dict()))
save("samples.ndjson", get_samples_ndjson.sync_detailed(run_id, client=client))
save("report.csv", get_report_csv.sync_detailed(run_id, client=client))
save("report.html", get_report_html.sync_detailed(run_id, client=client))
save("llmperf.zip", get_llmperf_archive.sync_detailed(run_id, client=client))

files = [
    File(payload=BytesIO(path.read_bytes()), file_name=path.name, mime_type="application/json")
    for path in Path(os.environ["IMPORT_FOLDER"]).iterdir()
]
imported = expect(Run, import_files.sync(client=client, body=ImportForm(files=files)))
comparison = expect(
    RunsComparison, compare_runs.sync(client=client, runs=f"{run_id},{imported.run_id}")
)
(output / "comparison.json").write_text(json.dumps(comparison.to_dict()))

endpoint = expect(
    WebhookEndpoint,
    create_webhook_endpoint.sync(
        client=client,
        body=WebhookEndpointInput(url=os.environ["WEBHOOK_URL"], events=["run.completed"]),
    ),
)
for deleted in (
    delete_webhook_endpoint.sync_detailed(endpoint.webhook_endpoint_id, client=client),
    delete_run.sync_detailed(imported.run_id, client=client),
    delete_run.sync_detailed(run_id, client=client),
):
    if deleted.status_code != HTTPStatus.NO_CONTENT:
        raise RuntimeError(deleted.content.decode())
