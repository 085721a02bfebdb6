// Prints every webhook that comes to port 8790 and verifies its signature: WEBHOOK_SECRET=whsec_… node examples/receive-webhooks.mjs
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const verifier = new Webhook(process.env['WEBHOOK_SECRET'] ?? '');
const port = 8790;

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  try {
    // The signature covers the very bytes of the body: verify before parsing.
    const event = verifier.verify(body, request.headers);
    console.log('verified', JSON.stringify(event, null, 2));
    response.writeHead(204).end();
  } catch (error) {
    console.error('refused:', error.message);
    response.writeHead(400).end();
  }
}).listen(port, '127.0.0.1', () => console.log(`Waiting for webhooks on http://127.0.0.1:${port}/`));
