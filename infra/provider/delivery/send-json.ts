import type { ServerResponse } from 'node:http';
import { errorJson } from './build-event.ts';

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

/** An error as the OpenAI API answers it. */
export function sendError(
  response: ServerResponse,
  status: number,
  override: { message?: string; code?: string; headers?: Record<string, string> } = {},
): void {
  const known = errorTypes[status] ?? errorTypes[status < 500 ? 400 : 500];
  const message = override.message ?? known?.message ?? 'Error.';
  const body = errorJson(message, known?.type ?? 'server_error', override.code ?? known?.code ?? null);
  sendJson(response, status, body, override.headers);
}
