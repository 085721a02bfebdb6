import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lambdaLimits } from '../../../shared/lambda-limits.ts';

export type Invocation = {
  requestId: string;
  event: unknown;
  /** Wall clock, milliseconds since 1970. */
  deadlineMs: number;
  functionArn: string;
  traceId: string;
};

/** Result of an invocation: the handler's answer or error. */
export type Outcome = { kind: 'answer'; body: string } | { kind: 'error'; body: string };

export type RuntimeApi = {
  /** Host and port for `AWS_LAMBDA_RUNTIME_API`. */
  address: string;
  /** Resolves when the client requests its first invocation. Rejects with the client's error if its init fails. */
  ready: Promise<void>;
  /** Passes one invocation at a time to the client. Resolves with its result. */
  invoke(invocation: Invocation): Promise<Outcome>;
  close(): Promise<void>;
};

const root = '/2018-06-01/runtime';

/**
 * Simulates Lambda's runtime API for one execution environment: the client polls for invocations and posts their results.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const initialized = Promise.withResolvers<void>();
  // Callers that wait for it get the error.
  initialized.promise.catch(() => {});
  let asking: ServerResponse | null = null;
  let given: Invocation | null = null;
  let outcome = Promise.withResolvers<Outcome>();

  const hand = () => {
    if (asking === null || given === null) return;
    asking.writeHead(200, makeHeaders(given)).end(JSON.stringify(given.event));
    asking = null;
  };
  const settle = (requestId: string, kind: Outcome['kind'], body: string): boolean => {
    if (given === null || given.requestId !== requestId) return false;
    given = null;
    outcome.resolve({ kind, body });
    return true;
  };
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(root, '');
    if (request.method === 'GET' && path === '/invocation/next') {
      asking = response;
      initialized.resolve();
      return hand();
    }
    // The function may be killed while it sends its answer.
    const body = await readBody(request).catch(() => null);
    if (body === null) return void response.destroy();
    if (path === '/init/error') {
      initialized.reject(new Error(`Init failed: ${body}`));
      return accept(response);
    }
    const [, requestId = '', kind] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (kind === 'response' && Buffer.byteLength(body) > lambdaLimits.payloadBytes) {
      settle(requestId, 'error', JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge' }));
      response.writeHead(413).end(JSON.stringify({ errorType: 'RequestEntityTooLarge' }));
    } else if (settle(requestId, kind === 'error' ? 'error' : 'answer', body)) accept(response);
    else response.writeHead(403).end(JSON.stringify({ errorType: 'InvalidRequestID', errorMessage: path }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // listens on an address, not on a pipe
  return {
    address: `127.0.0.1:${port}`,
    ready: initialized.promise,
    invoke: (invocation) => {
      given = invocation;
      outcome = Promise.withResolvers();
      hand();
      return outcome.promise;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function makeHeaders({ requestId, deadlineMs, functionArn, traceId }: Invocation): Record<string, string> {
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': requestId,
    'lambda-runtime-deadline-ms': String(deadlineMs),
    'lambda-runtime-invoked-function-arn': functionArn,
    'lambda-runtime-trace-id': traceId,
  };
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
