// Command webhooks verifies signed events with the Standard Webhooks library, and writes their types.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

type delivery struct {
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	content, err := os.ReadFile(os.Getenv("DELIVERIES"))
	check(err)
	var signed struct {
		Secrets    []string   `json:"secrets"`
		Deliveries []delivery `json:"deliveries"`
	}
	check(json.Unmarshal(content, &signed))
	for _, secret := range signed.Secrets {
		webhook, err := standardwebhooks.NewWebhook(secret)
		check(err)
		for _, sent := range signed.Deliveries {
			headers := http.Header{}
			for name, value := range sent.Headers {
				headers.Set(name, value)
			}
			check(webhook.Verify([]byte(sent.Body), headers))
			var event struct {
				Type string `json:"type"`
			}
			check(json.Unmarshal([]byte(sent.Body), &event))
			fmt.Println(event.Type)
			if webhook.Verify([]byte(sent.Body+" "), headers) == nil {
				log.Fatal("A changed body was accepted.")
			}
		}
	}
}
