// Command drive drives a whole run with the generated client.
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/url"
	"os"
	"path/filepath"

	ht "github.com/ogen-go/ogen/http"

	"tokenmeter.example/drive/client"
)

type key string

// BearerKey returns the API key for each request.
func (k key) BearerKey(context.Context, client.OperationName) (client.BearerKey, error) {
	return client.BearerKey{Token: string(k)}, nil
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// expect returns the response as the wanted type, or ends with the response that came instead.
func expect[T any](answer any, err error) T {
	check(err)
	wanted, ok := answer.(T)
	if !ok {
		text, _ := json.Marshal(answer)
		log.Fatalf("unexpected response %T: %s", answer, text)
	}
	return wanted
}

func parseURL(text string) url.URL {
	parsed, err := url.Parse(text)
	check(err)
	return *parsed
}

func save(name string, content io.Reader) {
	file, err := os.Create(filepath.Join(os.Getenv("OUTPUT_FOLDER"), name))
	check(err)
	_, err = io.Copy(file, content)
	check(err)
	check(file.Close())
}

func saveJSON(name string, value json.Marshaler) {
	content, err := value.MarshalJSON()
	check(err)
	check(os.WriteFile(filepath.Join(os.Getenv("OUTPUT_FOLDER"), name), content, 0o600))
}

func createRun(ctx context.Context, api *client.Client) client.Run {
	load := client.NewConcurrencyLoadInputLoadInput(client.ConcurrencyLoadInput{
		Mode:           "concurrency",
		Stages:         []client.ConcurrencyLoadStageInput{{Concurrency: 5, Requests: client.NewOptInt32(20)}},
		WarmupRequests: client.NewOptInt32(2),
	})
	quickstart := &client.RunSpecInput{
		Name: client.NewOptString("Quickstart"),
		Targets: []client.TargetSpecInput{{
			ID:      client.NewOptString("local"),
			BaseUrl: parseURL(os.Getenv("TARGET_URL")),
			Model:   "meta-llama/Llama-2-70b-chat-hf",
		}},
		Load: client.NewOptLoadInput(load),
	}
	answer, err := api.CreateRun(ctx, quickstart, client.CreateRunParams{})
	return expect[*client.CreateRunAccepted](answer, err).Response
}

func importFiles(ctx context.Context, api *client.Client) client.Run {
	paths, err := filepath.Glob(filepath.Join(os.Getenv("IMPORT_FOLDER"), "*"))
	check(err)
	form := &client.ImportFormMultipart{}
	for _, path := range paths {
		file, err := os.Open(path)
		check(err)
		form.Files = append(form.Files, ht.MultipartFile{Name: filepath.Base(path), File: file})
	}
	answer, err := api.ImportFiles(ctx, form, client.ImportFilesParams{})
	return expect[*client.RunHeaders](answer, err).Response
}

func saveResults(ctx context.Context, api *client.Client, runID string) {
	report, err := api.GetReport(ctx, client.GetReportParams{RunId: runID})
	saveJSON("report.json", &expect[*client.ReportHeaders](report, err).Response)
	samples, err := api.GetSamplesNdjson(ctx, client.GetSamplesNdjsonParams{RunId: runID})
	save("samples.ndjson", expect[*client.GetSamplesNdjsonOKHeaders](samples, err).Response)
	csv, err := api.GetReportCsv(ctx, client.GetReportCsvParams{RunId: runID})
	save("report.csv", expect[*client.GetReportCsvOKHeaders](csv, err).Response)
	html, err := api.GetReportHtml(ctx, client.GetReportHtmlParams{RunId: runID})
	save("report.html", expect[*client.GetReportHtmlOKHeaders](html, err).Response)
	archive, err := api.GetLlmperfArchive(ctx, client.GetLlmperfArchiveParams{RunId: runID})
	save("llmperf.zip", expect[*client.GetLlmperfArchiveOK](archive, err))
}

func main() {
	ctx := context.Background()
	api, err := client.NewClient(os.Getenv("TOKENMETER_URL"), key(os.Getenv("TOKENMETER_API_KEY")))
	check(err)

	run := createRun(ctx, api)
	for run.Status != client.RunStatusCompleted {
		params := client.GetRunParams{RunId: run.RunId, Prefer: client.NewOptString("wait=10")}
		answer, err := api.GetRun(ctx, params)
		run = expect[*client.GetRunOKHeaders](answer, err).Response
	}
	saveResults(ctx, api, run.RunId)

	imported := importFiles(ctx, api)
	comparison, err := api.CompareRuns(ctx, client.CompareRunsParams{Runs: run.RunId + "," + imported.RunId})
	saveJSON("comparison.json", expect[*client.RunsComparison](comparison, err))

	webhook := &client.WebhookEndpointInput{
		URL:    parseURL(os.Getenv("WEBHOOK_URL")),
		Events: []client.WebhookEvent{client.WebhookEventRunCompleted},
	}
	created, err := api.CreateWebhookEndpoint(ctx, webhook, client.CreateWebhookEndpointParams{})
	endpoint := expect[*client.WebhookEndpointHeaders](created, err).Response
	deleted, err := api.DeleteWebhookEndpoint(
		ctx, client.DeleteWebhookEndpointParams{WebhookEndpointId: endpoint.WebhookEndpointId})
	expect[*client.DeleteWebhookEndpointNoContent](deleted, err)
	for _, runID := range []string{imported.RunId, run.RunId} {
		deleted, err := api.DeleteRun(ctx, client.DeleteRunParams{RunId: runID})
		expect[*client.DeleteRunNoContent](deleted, err)
	}
}
