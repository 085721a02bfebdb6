import type { Step } from './scripted-server.ts';

/* Bytes of HTTP responses and chat streams for scripted servers and exchanges. */

export const write = (bytes: string | Uint8Array): Step => ({ do: 'write', bytes });
export const wait = (ms: number): Step => ({ do: 'wait', ms });
export const close: Step = { do: 'close' };
export const reset: Step = { do: 'reset' };

export function head(status: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`;
}

export const streamHead = head('200 OK', { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' });
/** Renders a response without a length or chunks, which ends with the connection. */
export const closeDelimitedHead = head('200 OK', { 'content-type': 'text/event-stream', connection: 'close' });
export const lastChunk = '0\r\n\r\n';

export function chunked(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

export function whole(status: string, body: string, headers: Record<string, string> = {}): string {
  return head(status, { 'content-length': String(Buffer.byteLength(body)), ...headers }) + body;
}

export function json(status: string, body: unknown, headers: Record<string, string> = {}): string {
  return whole(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

export const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
export const role = event({ choices: [{ delta: { role: 'assistant', content: '' } }] });
export const text = (content: string): string => event({ choices: [{ delta: { content } }] });
export const reasoning = (content: string): string => event({ choices: [{ delta: { reasoning_content: content } }] });
export const finish = event({ choices: [{ delta: {}, finish_reason: 'stop' }] });
export const usage = event({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 3 } });
export const done = 'data: [DONE]\n\n';

/** Creates the steps of a complete answer with one event per text, written immediately. */
export function answer(...texts: string[]): Step[] {
  return [
    write(streamHead),
    ...[role, ...texts.map(text), finish, usage, done].map((part) => write(chunked(part))),
    write(lastChunk),
  ];
}
