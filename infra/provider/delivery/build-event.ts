import type { ServerResponse } from 'node:http';
import type { CompletionRequest } from './completion-request.ts';

export type TokenUsage = { inputTokens: number; outputTokens: number; reasoningTokens: number };
export type FinishReason = 'stop' | 'length' | 'tool_calls';

/** Builds the JSON of a completion in the format of the OpenAI API: events of a stream, or the whole response. */
export type EventBuilder = {
  role(): object;
  text(text: string): object;
  reasoning(text: string): object;
  toolCall(part: string, first: boolean): object;
  finish(reason: FinishReason): object;
  usage(usage: TokenUsage): object;
  whole(text: string, reason: FinishReason, usage: TokenUsage): object;
};

export function createEventBuilder(
  request: Pick<CompletionRequest, 'kind' | 'model' | 'includeUsage'>,
  requestId: string,
  createdSeconds: number,
): EventBuilder {
  const chat = request.kind === 'chat';
  const base = { created: createdSeconds, model: request.model };
  const head = chat
    ? { id: `chatcmpl-${requestId}`, object: 'chat.completion.chunk', ...base }
    : { id: `cmpl-${requestId}`, object: 'text_completion', ...base };
  // If the client requests usage, every event except the last one contains `usage: null`.
  const tail = request.includeUsage ? { usage: null } : {};
  const delta = (fields: object, finishReason: FinishReason | null = null) => ({
    ...head,
    choices: [{ index: 0, delta: fields, logprobs: null, finish_reason: finishReason }],
    ...tail,
  });
  const plain = (text: string, finishReason: FinishReason | null) => ({
    ...head,
    choices: [{ index: 0, text, logprobs: null, finish_reason: finishReason }],
    ...tail,
  });
  const toolCall = { index: 0, id: `call_${requestId}`, type: 'function', function: { name: 'recite', arguments: '' } };
  return {
    role: () => delta({ role: 'assistant', content: '', refusal: null }),
    text: (text) => (chat ? delta({ content: text }) : plain(text, null)),
    reasoning: (text) => delta({ reasoning_content: text }),
    toolCall: (part, first) =>
      delta({
        tool_calls: [
          first
            ? { ...toolCall, function: { ...toolCall.function, arguments: part } }
            : { index: 0, function: { arguments: part } },
        ],
      }),
    finish: (reason) => (chat ? delta({}, reason) : plain('', reason)),
    usage: (usage) => ({ ...head, choices: [], usage: usageJson(usage) }),
    whole: (text, reason, usage) => ({
      ...head,
      object: chat ? 'chat.completion' : 'text_completion',
      choices: [
        chat
          ? { index: 0, message: { role: 'assistant', content: text }, logprobs: null, finish_reason: reason }
          : { index: 0, text, logprobs: null, finish_reason: reason },
      ],
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
