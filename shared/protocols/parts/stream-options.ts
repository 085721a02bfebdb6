/**
 * Asks for usage, which the OpenAI protocols tell of a stream only on request. Servers that refuse what they do not know
 * are spared it by a null in the target's body; usage is then what such a server tells of itself, or not known.
 */
export function streamOptions(body: Record<string, unknown>): { stream_options: { include_usage: true } | undefined } {
  return { stream_options: body['stream_options'] === null ? undefined : { include_usage: true } };
}
