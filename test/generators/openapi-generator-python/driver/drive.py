"""Drives a whole run with the generated client."""

import os
from pathlib import Path

from tokenmeter_client import (
    ApiClient,
    ConcurrencyLoadInput,
    ConcurrencyLoadStageInput,
    Configuration,
    LoadInput,
    ResultsApi,
    RunsApi,
    RunSpecInput,
    TargetSpecInput,
    WebhookEndpointInput,
    WebhookEvent,
    WebhooksApi,
)

output = Path(os.environ["OUTPUT_FOLDER"])
client = ApiClient(
    Configuration(host=os.environ["TOKENMETER_URL"], access_token=os.environ["TOKENMETER_API_KEY"])
)
runs, results, webhooks = RunsApi(client), ResultsApi(client), WebhooksApi(client)


def save(name: str, content: str | bytes) -> None:
    (output / name).write_bytes(content.encode() if isinstance(content, str) else content)


quickstart = RunSpecInput(
    name="Quickstart",
    targets=[
        TargetSpecInput(
            id="local",
            baseUrl=os.environ["TARGET_URL"],
            model="meta-llama/Llama-2-70b-chat-hf",
        )
    ],
    load=LoadInput(
        ConcurrencyLoadInput(
            mode="concurrency",
            stages=[ConcurrencyLoadStageInput(concurrency=5, requests=20)],
            warmupRequests=2,
        )
    ),
)

run = runs.create_run(quickstart)
while run.status != "completed":
    run = runs.get_run(run.run_id, prefer="wait=10")

save("report.json", results.get_report(run.run_id).to_json())
save("samples.ndjson", results.get_samples_ndjson(run.run_id))
save("report.csv", results.get_report_csv(run.run_id))
save("report.html", results.get_report_html(run.run_id))
save("llmperf.zip", results.get_llmperf_archive(run.run_id))

files = [(path.name, path.read_bytes()) for path in Path(os.environ["IMPORT_FOLDER"]).iterdir()]
imported = results.import_files(list(files))
comparison = results.compare_runs(f"{run.run_id},{imported.run_id}")
save("comparison.json", comparison.to_json())

endpoint = webhooks.create_webhook_endpoint(
    WebhookEndpointInput(url=os.environ["WEBHOOK_URL"], events=[WebhookEvent.RUN_DOT_COMPLETED])
)
webhooks.delete_webhook_endpoint(endpoint.webhook_endpoint_id)
runs.delete_run(imported.run_id)
runs.delete_run(run.run_id)
