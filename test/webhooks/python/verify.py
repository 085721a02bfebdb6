"""Verifies signed events with the Standard Webhooks library, and writes their types."""

import json
import os

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def is_rejected(webhook: Webhook, body: str, headers: dict[str, str]) -> bool:
    try:
        webhook.verify(body, headers)
    except WebhookVerificationError:
        return True
    return False


with open(os.environ["DELIVERIES"], encoding="utf-8") as file:
    signed = json.load(file)

for webhook in map(Webhook, signed["secrets"]):
    for delivery in signed["deliveries"]:
        body, headers = delivery["body"], delivery["headers"]
        webhook.verify(body, headers)
        print(json.loads(body)["type"])
        if not is_rejected(webhook, body + " ", headers):
            raise SystemExit("A changed body was accepted.")
