// Registers a webhook endpoint with the local service, prints each event, and verifies its signature.
// Usage: node examples/receive-webhooks.mjs   (TOKENMETER_URL and TOKENMETER_KEY point it to another service)
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const service = process.env['TOKENMETER_URL'] ?? 'http://127.0.0.1:8787';
const key = process.env['TOKENMETER_KEY'] ?? readFileSync('.data/local-api-key', 'utf8').trim();
const port = 8790;

async function call(path, body) {
  const response = await fetch(`${service}/v1/webhook-endpoints${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

const { webhookEndpointId } = await call('', { url: `http://127.0.0.1:${port}/`, events: ['run.completed'] });
const { secret } = await call(`/${webhookEndpointId}/secret`);
const verifier = new Webhook(secret);

createServer(async (request, response) => {
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
}).listen(port, '127.0.0.1', () => console.log(`Waiting for webhooks on http://127.0.0.1:${port}/`));
