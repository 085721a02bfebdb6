import type { Context } from 'hono';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ApiDeps } from '../compose.ts';
import type { ApiEnv } from './operation.ts';
import { answerProblem } from './problem.ts';

/** An answer that is too large to be sent. */
type LargeAnswer = {
  /** The whole body, compressed as `Content-Encoding` of `headers` says. */
  body: ReadableStream<Uint8Array>;
  headers: Headers;
  /** Maximum size in bytes of a body that can be sent. */
  maxBytes: number;
};

/** Refuses an answer that is too large to be sent, and tells how to get it in another form. */
export async function answerLarge(
  c: Context<ApiEnv>,
  _deps: ApiDeps,
  { body, headers, maxBytes }: LargeAnswer,
): Promise<Response> {
  await body.cancel();
  const fault = `leads to a response of more than ${maxBytes} bytes, which AWS Lambda cannot send`;
  const smaller = 'Request a smaller part of it or another format';
  const isCompressed = headers.has('Content-Encoding');
  const remedy = isCompressed ? smaller : `Send "Accept-Encoding: br" for a compressed response. Otherwise: ${smaller}`;
  const faults = [{ pointer: 'header:accept-encoding', fault, remedy }];
  return answerProblem(c, new AppError('INVALID_REQUEST', `The request ${fault}. ${remedy}`, { faults }));
}
