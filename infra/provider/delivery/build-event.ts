import type { ServerResponse } from 'node:http';
import type { CompletionRequest } from './completion-request.ts';

export type TokenUsage = { inputTokens: number; outputTokens: number; reasoningTokens: number };
export type FinishReason = 'stop' | 'length' | 'tool_calls';

export type EventBuilder = ReturnType<typeof createEventBuilder>;

/** Creates functions that build the JSON of the OpenAI API: the events of a stream, and the whole response. */
export function createEventBuilder(
  request: Pick<CompletionRequest, 'kind' | 'model' | 'includeUsage'>,
  requestId: string,
  createdSeconds: number,
) {
  const chat = request.kind === 'chat';
  const base = { created: createdSeconds, model: request.model };
  const head = chat
    ? { id: `chatcmpl-${requestId}`, object: 'chat.completion.chunk', ...base }
    : { id: `cmpl-${requestId}`, object: 'text_completion', ...base };
  // If the client requests usage, every event except the last one contains `usage: null`.
  const tail = request.includeUsage ? { usage: null } : {};
  const listChoices = (output: object, finishReason: FinishReason | null) => [
    { index: 0, ...output, logprobs: null, finish_reason: finishReason },
  ];
  const build = (output: object, finishReason: FinishReason | null = null) => ({
    ...head,
    choices: listChoices(output, finishReason),
    ...tail,
  });
  const call = { index: 0, id: `call_${requestId}`, type: 'function' };
  return {
    role: () => build({ delta: { role: 'assistant', content: '', refusal: null } }),
    text: (text: string) => build(chat ? { delta: { content: text } } : { text }),
    reasoning: (text: string) => build({ delta: { reasoning_content: text } }),
    toolCall: (part: string, isFirst: boolean) => {
      const first = { ...call, function: { name: 'recite', arguments: part } };
      return build({ delta: { tool_calls: [isFirst ? first : { index: 0, function: { arguments: part } }] } });
    },
    finish: (reason: FinishReason) => build(chat ? { delta: {} } : { text: '' }, reason),
    usage: (usage: TokenUsage) => ({ ...head, choices: [], usage: usageJson(usage) }),
    whole: (text: string, reason: FinishReason, usage: TokenUsage) => ({
      ...head,
      object: chat ? 'chat.completion' : 'text_completion',
      choices: listChoices(chat ? { message: { role: 'assistant', content: text } } : { text }, reason),
      usage: usageJson(usage),
    }),
  };
}

function usageJson({ inputTokens, outputTokens, reasoningTokens }: TokenUsage) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(reasoningTokens > 0 ? { completion_tokens_details: { reasoning_tokens: reasoningTokens } } : {}),
  };
}

/** Builds an error body in the format of the OpenAI API. */
export function buildErrorBody(message: string, type: string, code: string | null): object {
  return { error: { message, type, param: null, code } };
}

/** Renders one server-sent event. Converts an object to JSON, but leaves text unchanged. */
export function renderEvent(data: object | string, lineEnd = '\n'): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}${lineEnd}${lineEnd}`;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers });
  response.end(bytes);
}

const errorTypes: Readonly<Record<number, { type: string; code: string | null; message: string }>> = {
  400: { type: 'invalid_request_error', code: null, message: 'The request is not valid.' },
  401: { type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  403: { type: 'invalid_request_error', code: 'forbidden', message: 'You are not allowed to use this model.' },
  404: { type: 'invalid_request_error', code: 'not_found', message: 'Not found.' },
  405: { type: 'invalid_request_error', code: 'method_not_allowed', message: 'Method not allowed.' },
  413: { type: 'invalid_request_error', code: 'too_large', message: 'The request body is too large.' },
  429: { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached for requests.' },
  500: { type: 'server_error', code: null, message: 'The server had an error while processing your request.' },
  503: { type: 'server_error', code: 'overloaded', message: 'The engine is currently overloaded, please try again.' },
};

export function sendError(
  response: ServerResponse,
  status: number,
  override: { message?: string; code?: string; headers?: Record<string, string> } = {},
): void {
  const known = errorTypes[status] ?? errorTypes[status < 500 ? 400 : 500];
  const message = override.message ?? known?.message ?? 'Error.';
  const body = buildErrorBody(message, known?.type ?? 'server_error', override.code ?? known?.code ?? null);
  sendJson(response, status, body, override.headers);
}
