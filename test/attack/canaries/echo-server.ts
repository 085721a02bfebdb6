import {
  chunked,
  event,
  finish,
  head,
  json,
  lastChunk,
  streamHead,
  text,
  whole,
  write,
} from '../../support/servers/scripted-responses.ts';
import {
  type ScriptedRequest,
  type ScriptedServer,
  type Step,
  startScriptedServer,
} from '../../support/servers/scripted-server.ts';

const half = (key: string) => key.slice(0, Math.ceil(key.length / 2));
const refuse = (message: string): Step[] => [write(json('401 Unauthorized', { error: { message, code: 'bad_key' } }))];

/** Ways in which a provider repeats the key that it received. */
export const echoes: Record<string, (key: string) => Step[]> = {
  'the message of an error': (key) => refuse(`Incorrect API key provided: ${key}.`),
  'a message in upper case': (key) => refuse(`KEY ${key.toUpperCase()} IS NOT VALID`),
  'the first half in a message': (key) => refuse(`The key ${half(key)}… is not valid`),
  'a message in base64': (key) => refuse(`Token ${Buffer.from(key).toString('base64')} is not valid`),
  'a message with percent escapes': (key) =>
    refuse(`Key ${[...key].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('')}`),
  'a message in hex': (key) => refuse(`Key ${Buffer.from(key).toString('hex')} is not valid`),
  'the code of an error': (key) => [write(json('400 Bad Request', { error: { message: 'no', code: key } }))],
  'a plain body': (key) => [write(whole('500 Internal Server Error', `panic: key=${key}`))],
  'a page': (key) => [write(whole('502 Bad Gateway', `<h1>${key}</h1>`, { 'content-type': 'text/html' }))],
  'the status line': (key) => [write(whole(`403 Forbidden for ${key}`, ''))],
  'a header': (key) => [write(whole('429 Too Many Requests', '', { 'x-request-id': key, 'retry-after': key }))],
  'a rate limit header': (key) => [write(whole('429 Too Many Requests', '', { 'x-ratelimit-remaining': key }))],
  'the location of a redirect': (key) => [write(whole('302 Found', '', { location: `https://a.example/?key=${key}` }))],
  'an error event': (key) => [
    write(streamHead + chunked(event({ error: { message: `bad ${key}`, code: key } })) + lastChunk),
  ],
  'the text of an answer': (key) => [write(streamHead + chunked(text(`Your key is ${key}`) + finish) + lastChunk)],
  'the id and model of an answer': (key) => [
    write(
      streamHead +
        chunked(event({ id: key, model: key, choices: [{ delta: { content: 'Hi' } }] }) + finish) +
        lastChunk,
    ),
  ],
  'the finish reason': (key) => [
    write(streamHead + chunked(event({ choices: [{ delta: { content: 'Hi' }, finish_reason: key }] })) + lastChunk),
  ],
  'the content type': (key) => [write(`${head('200 OK', { 'content-type': key, 'content-length': '2' })}no`)],
};

/** Starts a server whose path `/<index>` chooses the echo. It is also an HTTP proxy, which answers all requests itself. */
export function startEchoServer(): Promise<ScriptedServer> {
  const list = Object.values(echoes);
  return startScriptedServer((request) => {
    const index = Number(/^POST (?:http:\/\/[^/]+)?\/(\d+)\//.exec(request.head)?.[1] ?? 0);
    return list[index]?.(readKey(request)) ?? [];
  });
}

function readKey({ head: sent }: ScriptedRequest): string {
  const read = (header: string) => new RegExp(`^${header}(.+)$`, 'im').exec(sent)?.[1]?.trim();
  const login = read('proxy-authorization: basic ');
  const password = login === undefined ? undefined : Buffer.from(login, 'base64').toString().split(':')[1];
  return password ?? read('cf-access-client-secret: ') ?? read('authorization: bearer ') ?? 'no key was sent';
}
