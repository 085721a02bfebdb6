"""Reads one event of each protocol. A reader returns the text of the event, and puts the rest into the answer."""

import json


def read_usage(answer, usage: dict | None, inputs: list[str], outputs: list[str]) -> None:
    """Adds up the named counts. Keeps an earlier sum if none is there, or a zero comes after it."""
    for field, names in (("input_tokens", inputs), ("output_tokens", outputs)):
        found = [usage[name] for name in names if isinstance((usage or {}).get(name), int)]
        if found and (sum(found) > 0 or getattr(answer, field) is None):
            setattr(answer, field, sum(found))


def read_openai(event: dict, answer, read_choice) -> str:
    if event.get("error"):
        answer.error = str(event["error"])
    read_usage(answer, event.get("usage"), ["prompt_tokens"], ["completion_tokens"])
    text = ""
    for choice in event.get("choices") or []:
        text += read_choice(choice, answer)
        answer.finish = choice.get("finish_reason") or answer.finish
    return text


def read_chat_choice(choice: dict, answer) -> str:
    delta = choice.get("delta") or {}
    names = ("reasoning_content", "reasoning", "content", "refusal")
    text = "".join(delta[name] for name in names if isinstance(delta.get(name), str))
    for call in delta.get("tool_calls") or []:
        function = call.get("function") or {}
        answer.call_names += function.get("name") or ""
        text += function.get("arguments") or ""
    return text


def read_chat(event: dict, answer) -> str:
    return read_openai(event, answer, read_chat_choice)


def read_completions(event: dict, answer) -> str:
    return read_openai(event, answer, lambda choice, _: choice.get("text") or "")


def read_responses(event: dict, answer) -> str:
    kind, response = event.get("type", ""), event.get("response") or {}
    read_usage(answer, response.get("usage"), ["input_tokens"], ["output_tokens"])
    if kind == "error" or kind == "response.failed":
        answer.error = str(response.get("error") or event)
    if kind in ("response.completed", "response.incomplete"):
        answer.finish = (response.get("incomplete_details") or {}).get("reason") or response.get("status")
    item = event.get("item") or {}
    if kind == "response.output_item.added" and item.get("type") == "function_call":
        answer.call_names += item.get("name") or ""
    return event.get("delta") or "" if kind.endswith(".delta") and isinstance(event.get("delta"), str) else ""


def read_anthropic(event: dict, answer) -> str:
    inputs = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
    for usage in ((event.get("message") or {}).get("usage"), event.get("usage")):
        read_usage(answer, usage, inputs, ["output_tokens"])
    delta = event.get("delta") or {}
    if event.get("type") == "error":
        answer.error = str(event.get("error"))
    if event.get("type") == "message_delta":
        answer.finish = delta.get("stop_reason") or answer.finish
    block = event.get("content_block") or {}
    if block.get("type") == "tool_use":
        answer.call_names += block.get("name") or ""
    return "".join(delta.get(name) or "" for name in ("thinking", "text", "partial_json"))


def read_gemini(event: dict, answer) -> str:
    if event.get("error"):
        answer.error = str(event["error"])
    usage = event.get("usageMetadata")
    read_usage(answer, usage, ["promptTokenCount"], ["candidatesTokenCount", "thoughtsTokenCount"])
    text = ""
    for candidate in event.get("candidates") or []:
        parts = (candidate.get("content") or {}).get("parts") or []
        text += "".join((part.get("text") or "") + read_call(part.get("functionCall"), answer) for part in parts)
        answer.finish = candidate.get("finishReason") or answer.finish
    return text


def read_call(call: dict | None, answer) -> str:
    if call is None:
        return ""
    answer.call_names += call["name"]
    return json.dumps(call.get("args") or {}, ensure_ascii=False, separators=(",", ":"))


def read_bedrock(event: dict, answer) -> str:
    ((kind, payload),) = event.items()
    if kind == "messageStop":
        answer.finish = payload.get("stopReason")
    elif kind == "metadata":
        read_usage(answer, payload.get("usage"), ["inputTokens"], ["outputTokens"])
    elif kind == "contentBlockDelta":
        delta = payload.get("delta") or {}
        reasoning, call = delta.get("reasoningContent") or {}, delta.get("toolUse") or {}
        return (delta.get("text") or "") + (reasoning.get("text") or "") + (call.get("input") or "")
    elif kind == "contentBlockStart":
        answer.call_names += ((payload.get("start") or {}).get("toolUse") or {}).get("name") or ""
    elif kind.endswith("Exception") or kind == "error":
        answer.error = f"{kind}: {payload}"
    return ""


READERS = {
    "openai-chat": read_chat,
    "openai-completions": read_completions,
    "openai-responses": read_responses,
    "anthropic-messages": read_anthropic,
    "gemini": read_gemini,
    "vertex": read_gemini,
    "bedrock-converse": read_bedrock,
}
