import type { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { lambdaLimits } from '../../shared/lambda-limits.ts';
import type { ApiEnv } from './http/operation.ts';

type Handler = ReturnType<typeof handle>;
type Result = Awaited<ReturnType<Handler>>;

/** Matches media types whose bodies are UTF-8 text. All others are binary. */
const text = /^text\/|[/+](?:json|xml|yaml|x-ndjson)(?:;|$)/i;

/** Creates the Lambda handler of an app. Bodies are sent as text if they are text and fit, and otherwise as base64. */
export function createEventHandler(app: Hono<ApiEnv>): Handler {
  const answer = handle(app, { isContentTypeBinary: (type) => !text.test(type) });
  return async (event, context) => fitResult(await answer(event, context));
}

/** Maximum number of bytes of a character of a text in JSON: a control character becomes `\u001f`. */
const maxCharacterBytes = 6;

/** Sends a text as base64 if its escapes make the result too large: base64 is at most a third larger than its bytes. */
function fitResult(result: Result): Result {
  const { body, isBase64Encoded } = result;
  if (isBase64Encoded || body.length * maxCharacterBytes < lambdaLimits.payloadBytes) return result;
  if (Buffer.byteLength(JSON.stringify(result)) <= lambdaLimits.payloadBytes) return result;
  return { ...result, body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
}
