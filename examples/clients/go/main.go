// Command run runs the quickstart with a generated client and prints the number of successful requests.
package main

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -generate types,client -package tokenmeter -o tokenmeter/client.gen.go ../../../openapi.yaml

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"tokenmeter.example/run/tokenmeter"
)

func read(name, usual string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return usual
}

func pointer[T any](value T) *T { return &value }

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func hasEnded(status tokenmeter.RunStatus) bool {
	return status == "completed" || status == "failed" || status == "canceled"
}

func main() {
	ctx := context.Background()
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("TOKENMETER_API_KEY"))
		return nil
	}
	api, err := tokenmeter.NewClientWithResponses(
		read("TOKENMETER_URL", "http://127.0.0.1:8787"), tokenmeter.WithRequestEditorFn(authorize))
	check(err)

	var load tokenmeter.LoadInput
	check(load.FromConcurrencyLoadInput(tokenmeter.ConcurrencyLoadInput{
		Mode:           "concurrency",
		Stages:         []tokenmeter.ConcurrencyLoadStageInput{{Concurrency: 5, Requests: pointer(int32(20))}},
		WarmupRequests: pointer(int32(2)),
	}))
	created, err := api.CreateRunWithResponse(ctx, &tokenmeter.CreateRunParams{}, tokenmeter.RunSpecInput{
		Name: pointer("From Go"),
		Targets: []tokenmeter.TargetSpecInput{{
			Id:      pointer("local"),
			BaseUrl: read("TARGET_URL", "http://127.0.0.1:8788/v1"),
			Model:   "meta-llama/Llama-2-70b-chat-hf",
		}},
		Load: &load,
	})
	check(err)
	run := created.JSON202
	for run != nil && !hasEnded(run.Status) {
		got, err := api.GetRunWithResponse(ctx, run.RunId, &tokenmeter.GetRunParams{Prefer: pointer("wait=10")})
		check(err)
		run = got.JSON200
	}
	if run == nil {
		log.Fatalf("the API refused the run: %s", created.Body)
	}

	report, err := api.GetReportWithResponse(ctx, run.RunId, &tokenmeter.GetReportParams{})
	check(err)
	if report.JSON200 == nil {
		log.Fatalf("there is no report: %s", report.Body)
	}
	for _, stage := range report.JSON200.Stages {
		fmt.Printf("%s: %d of %d requests succeeded\n", stage.TargetId, stage.Counts.Ok, stage.Counts.Planned)
	}
}
