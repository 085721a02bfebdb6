import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../../../shared/config.ts';
import { composeApi } from '../compose.ts';
import { packBody } from '../http/pack-body.ts';
import { createThreadApp } from './create-thread-app.ts';
import type { Answered, FromThread, ToThread } from './messages.ts';

/* The entry module of a thread that answers requests of the API. The thread has its own connections to the stores. */

const port = parentPort;
if (port === null) throw new Error('Do not run api-thread.ts directly. The API starts it');
// `workerData` is not validated, because only `startThread` sets it.
const app = createThreadApp(composeApi(workerData as Config));

async function answer({ id, request }: ToThread): Promise<Answered> {
  const { url, principal, ...init } = request;
  const response = await app.fetch(new Request(url, init), { principal });
  const { status, headers, body } = response;
  return { id, response: { status, headers: [...headers], body: body === null ? null : await packBody(body) } };
}

port.on('message', async (message: ToThread) => {
  try {
    const answered = await answer(message);
    const { body } = answered.response;
    port.postMessage(answered, body === null ? [] : [body instanceof Uint8Array ? body.buffer : body]);
  } catch (error) {
    port.postMessage({ id: message.id, fault: String(error) } satisfies FromThread);
  }
});
