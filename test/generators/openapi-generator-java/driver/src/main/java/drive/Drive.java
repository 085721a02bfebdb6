package drive;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import tokenmeter.ApiClient;
import tokenmeter.api.ResultsApi;
import tokenmeter.api.RunsApi;
import tokenmeter.api.WebhooksApi;
import tokenmeter.model.ConcurrencyLoadInput;
import tokenmeter.model.ConcurrencyLoadStageInput;
import tokenmeter.model.LoadInput;
import tokenmeter.model.Run;
import tokenmeter.model.RunSpecInput;
import tokenmeter.model.RunStatus;
import tokenmeter.model.TargetSpecInput;
import tokenmeter.model.WebhookEndpoint;
import tokenmeter.model.WebhookEndpointInput;
import tokenmeter.model.WebhookEvent;

/** Drives a whole run with the generated client. */
public final class Drive {
  private static final Path OUTPUT = Path.of(System.getenv("OUTPUT_FOLDER"));

  private static void save(String name, File download) throws Exception {
    Files.copy(download.toPath(), OUTPUT.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(System.getenv("TOKENMETER_URL"));
    String key = "Bearer " + System.getenv("TOKENMETER_API_KEY");
    client.setRequestInterceptor(request -> request.header("Authorization", key));
    RunsApi runs = new RunsApi(client);
    ResultsApi results = new ResultsApi(client);
    WebhooksApi webhooks = new WebhooksApi(client);

    RunSpecInput quickstart =
        new RunSpecInput()
            .name("Quickstart")
            .addTargetsItem(
                new TargetSpecInput()
                    .id("local")
                    .baseUrl(URI.create(System.getenv("TARGET_URL")))
                    .model("meta-llama/Llama-2-70b-chat-hf"))
            .load(
                new LoadInput(
                    new ConcurrencyLoadInput()
                        .mode(ConcurrencyLoadInput.ModeEnum.CONCURRENCY)
                        .addStagesItem(new ConcurrencyLoadStageInput().concurrency(5).requests(20))
                        .warmupRequests(2)));
    Run run = runs.createRun(quickstart, null, null);
    while (run.getStatus() != RunStatus.COMPLETED) {
      run = runs.getRun(run.getRunId(), "wait=10", null);
    }
    String runId = run.getRunId();

    Files.writeString(
        OUTPUT.resolve("report.json"),
        client.getObjectMapper().writeValueAsString(results.getReport(runId, null)));
    save("samples.ndjson", results.getSamplesNdjson(runId, null, null));
    save("report.csv", results.getReportCsv(runId, null));
    save("report.html", results.getReportHtml(runId, null));
    save("llmperf.zip", results.getLlmperfArchive(runId, null));

    List<File> files = List.of(new File(System.getenv("IMPORT_FOLDER")).listFiles());
    Run imported = results.importFiles(files, null, null);
    Files.writeString(
        OUTPUT.resolve("comparison.json"),
        client
            .getObjectMapper()
            .writeValueAsString(results.compareRuns(runId + "," + imported.getRunId(), null, null)));

    WebhookEndpoint endpoint =
        webhooks.createWebhookEndpoint(
            new WebhookEndpointInput()
                .url(URI.create(System.getenv("WEBHOOK_URL")))
                .addEventsItem(WebhookEvent.RUN_COMPLETED),
            null);
    webhooks.deleteWebhookEndpoint(endpoint.getWebhookEndpointId());
    runs.deleteRun(imported.getRunId());
    runs.deleteRun(runId);
  }
}
