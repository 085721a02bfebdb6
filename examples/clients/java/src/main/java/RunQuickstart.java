import java.net.URI;
import java.util.Set;
import tokenmeter.ApiClient;
import tokenmeter.api.ResultsApi;
import tokenmeter.api.RunsApi;
import tokenmeter.model.ConcurrencyLoadInput;
import tokenmeter.model.ConcurrencyLoadStageInput;
import tokenmeter.model.LoadInput;
import tokenmeter.model.Run;
import tokenmeter.model.RunSpecInput;
import tokenmeter.model.RunStatus;
import tokenmeter.model.TargetSpecInput;

/** Runs the quickstart with a generated client and prints the number of successful requests. */
public final class RunQuickstart {
  private static String read(String name, String usual) {
    return System.getenv().getOrDefault(name, usual);
  }

  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(read("TOKENMETER_URL", "http://127.0.0.1:8787"));
    String key = "Bearer " + read("TOKENMETER_API_KEY", "");
    client.setRequestInterceptor(request -> request.header("Authorization", key));
    RunsApi runs = new RunsApi(client);

    TargetSpecInput target =
        new TargetSpecInput()
            .id("local")
            .baseUrl(URI.create(read("TARGET_URL", "http://127.0.0.1:8788/v1")))
            .model("meta-llama/Llama-2-70b-chat-hf");
    ConcurrencyLoadInput load =
        new ConcurrencyLoadInput()
            .mode(ConcurrencyLoadInput.ModeEnum.CONCURRENCY)
            .addStagesItem(new ConcurrencyLoadStageInput().concurrency(5).requests(20))
            .warmupRequests(2);
    RunSpecInput spec =
        new RunSpecInput().name("From Java").addTargetsItem(target).load(new LoadInput(load));

    Set<RunStatus> ended = Set.of(RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELED);
    Run run = runs.createRun(spec, null, null);
    while (!ended.contains(run.getStatus())) {
      run = runs.getRun(run.getRunId(), "wait=10", null);
    }
    new ResultsApi(client)
        .getReport(run.getRunId(), null)
        .getStages()
        .forEach(
            stage ->
                System.out.printf(
                    "%s: %d of %d requests succeeded%n",
                    stage.getTargetId(), stage.getCounts().getOk(), stage.getCounts().getPlanned()));
  }
}
