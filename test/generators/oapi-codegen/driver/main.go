// Command drive drives a whole run with the generated client.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"

	"tokenmeter.example/drive/client"
)

func pointer[T any](value T) *T { return &value }

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// expect returns a parsed body, or ends with the body that came instead.
func expect[T any](value *T, body []byte) T {
	if value == nil {
		log.Fatalf("unexpected response: %s", body)
	}
	return *value
}

func save(name string, content []byte) {
	check(os.WriteFile(filepath.Join(os.Getenv("OUTPUT_FOLDER"), name), content, 0o600))
}

func saveJSON(name string, value any) {
	content, err := json.Marshal(value)
	check(err)
	save(name, content)
}

func createRun(ctx context.Context, api *client.ClientWithResponses) client.Run {
	var load client.LoadInput
	check(load.FromConcurrencyLoadInput(client.ConcurrencyLoadInput{
		Mode:           "concurrency",
		Stages:         []client.ConcurrencyLoadStageInput{{Concurrency: 5, Requests: pointer(int32(20))}},
		WarmupRequests: pointer(int32(2)),
	}))
	quickstart := client.RunSpecInput{
		Name: pointer("Quickstart"),
		Targets: []client.TargetSpecInput{{
			Id:      pointer("local"),
			BaseUrl: os.Getenv("TARGET_URL"),
			Model:   "meta-llama/Llama-2-70b-chat-hf",
		}},
		Load: &load,
	}
	created, err := api.CreateRunWithResponse(ctx, &client.CreateRunParams{}, quickstart)
	check(err)
	return expect(created.JSON202, created.Body)
}

func importFiles(ctx context.Context, api *client.ClientWithResponses) client.Run {
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	paths, err := filepath.Glob(filepath.Join(os.Getenv("IMPORT_FOLDER"), "*"))
	check(err)
	for _, path := range paths {
		content, err := os.ReadFile(path)
		check(err)
		part, err := writer.CreateFormFile("files", filepath.Base(path))
		check(err)
		_, err = part.Write(content)
		check(err)
	}
	check(writer.Close())
	params := &client.ImportFilesParams{}
	imported, err := api.ImportFilesWithBodyWithResponse(ctx, params, writer.FormDataContentType(), &form)
	check(err)
	return expect(imported.JSON201, imported.Body)
}

func saveResults(ctx context.Context, api *client.ClientWithResponses, runID string) {
	report, err := api.GetReportWithResponse(ctx, runID, &client.GetReportParams{})
	check(err)
	saveJSON("report.json", expect(report.JSON200, report.Body))
	samples, err := api.GetSamplesNdjsonWithResponse(ctx, runID, &client.GetSamplesNdjsonParams{})
	check(err)
	save("samples.ndjson", samples.Body)
	csv, err := api.GetReportCsvWithResponse(ctx, runID, &client.GetReportCsvParams{})
	check(err)
	save("report.csv", csv.Body)
	html, err := api.GetReportHtmlWithResponse(ctx, runID, &client.GetReportHtmlParams{})
	check(err)
	save("report.html", html.Body)
	archive, err := api.GetLlmperfArchiveWithResponse(ctx, runID, &client.GetLlmperfArchiveParams{})
	check(err)
	save("llmperf.zip", archive.Body)
}

func main() {
	ctx := context.Background()
	key := "Bearer " + os.Getenv("TOKENMETER_API_KEY")
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", key)
		return nil
	}
	api, err := client.NewClientWithResponses(os.Getenv("TOKENMETER_URL"), client.WithRequestEditorFn(authorize))
	check(err)

	run := createRun(ctx, api)
	for run.Status != "completed" {
		got, err := api.GetRunWithResponse(ctx, run.RunId, &client.GetRunParams{Prefer: pointer("wait=10")})
		check(err)
		run = expect(got.JSON200, got.Body)
	}
	saveResults(ctx, api, run.RunId)

	imported := importFiles(ctx, api)
	comparison, err := api.CompareRunsWithResponse(ctx, &client.CompareRunsParams{Runs: run.RunId + "," + imported.RunId})
	check(err)
	saveJSON("comparison.json", expect(comparison.JSON200, comparison.Body))

	webhook := client.WebhookEndpointInput{Url: os.Getenv("WEBHOOK_URL"), Events: &[]client.WebhookEvent{"run.completed"}}
	created, err := api.CreateWebhookEndpointWithResponse(ctx, &client.CreateWebhookEndpointParams{}, webhook)
	check(err)
	endpoint := expect(created.JSON201, created.Body)
	_, err = api.DeleteWebhookEndpointWithResponse(ctx, endpoint.WebhookEndpointId)
	check(err)
	for _, runID := range []string{imported.RunId, run.RunId} {
		_, err := api.DeleteRunWithResponse(ctx, runID)
		check(err)
	}
}
