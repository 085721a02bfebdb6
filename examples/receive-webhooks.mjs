// Registers a webhook endpoint with the local service, prints each event, and verifies its signature. Ctrl-C deletes
// the endpoint.
// Usage: node examples/receive-webhooks.mjs   (TOKENMETER_URL and TOKENMETER_API_KEY point it to another service;
// WEBHOOK_PORT sets its port, which the LOOPBACK_PORTS of the service must contain)
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const service = process.env['TOKENMETER_URL'] ?? 'http://127.0.0.1:8787';
const key = process.env['TOKENMETER_API_KEY'] ?? readFileSync('.data/local-api-key', 'utf8').trim();

async function call(method, path, body) {
  const response = await fetch(`${service}/v1/webhook-endpoints${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok) return text === '' ? null : JSON.parse(text);
  const { detail, faults = [] } = JSON.parse(text);
  console.error(`The API refused the request: ${detail}.`);
  for (const { remedy } of faults) console.error(remedy);
  process.exit(1);
}

let verifier;
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  try {
    // The signature covers the exact bytes of the body, so verify it before you parse the body.
    const event = verifier.verify(body, request.headers);
    console.log('verified', JSON.stringify(event, null, 2));
    response.writeHead(204).end();
  } catch (error) {
    console.error('rejected:', error.message);
    response.writeHead(400).end();
  }
}).listen(Number(process.env['WEBHOOK_PORT'] ?? 8790), '127.0.0.1');
await once(server, 'listening');

const url = `http://127.0.0.1:${server.address().port}/`;
const { webhookEndpointId } = await call('POST', '', { url, events: ['run.completed'] });
verifier = new Webhook((await call('GET', `/${webhookEndpointId}/secret`)).secret);
console.log(`Waiting for webhooks on ${url}`);

process.once('SIGINT', async () => {
  await call('DELETE', `/${webhookEndpointId}`);
  process.exit(0);
});
