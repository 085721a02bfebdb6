"""Hooks of Schemathesis. The run would end if it revoked its own API key."""

import os

import schemathesis

OWN_ID = os.environ["OWN_API_KEY_ID"]
UNKNOWN_ID = OWN_ID[:-4] + "0000"


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.method == "DELETE" and case.path_parameters.get("apiKeyId") == OWN_ID:
        case.path_parameters["apiKeyId"] = UNKNOWN_ID
