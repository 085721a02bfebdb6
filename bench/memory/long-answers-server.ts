import http from 'node:http';

/* A process that answers each request with a stream of `TOKENS` chunks of some 310 bytes, as fast as the client reads. */

const tokens = Number(process.argv[2]);
const groupSize = 50;
const filler = {
  system_fingerprint: 'fp_0123456789',
  service_tier: null,
  usage: null,
  object: 'chat.completion.chunk',
};
const choice = { index: 0, logprobs: null, matched_stop: null, finish_reason: null };

function buildChunk(index: number): string {
  const delta = { role: 'assistant', content: ` w${index % 97}`, reasoning_content: null, tool_calls: null };
  return `data: ${JSON.stringify({ id: 'c', created: 1, model: 'm', ...filler, choices: [{ ...choice, delta }] })}\n\n`;
}

const group = Array.from({ length: groupSize }, (_, index) => buildChunk(index)).join('');
const ending = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

const server = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let left = tokens;
    const send = () => {
      while (left > 0) {
        left -= groupSize;
        if (!response.write(group)) {
          response.once('drain', send);
          return;
        }
      }
      response.end(ending);
    };
    send();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});
