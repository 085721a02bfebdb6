import type { Context, ErrorHandler } from 'hono';
import { z } from 'zod';
import { AppError, type ErrorCode, errorCodes, maxFaults } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { ApiEnv } from './operation.ts';

const codes = Object.keys(errorCodes) as ErrorCode[]; // the codes are the keys of an object literal

/** Media type of errors (RFC 9457). */
export const problemMediaType = 'application/problem+json';

const modelRemedy = 'Add "model": text of 1 to 300 characters';
const faultExample = { pointer: '/targets/0/model', fault: 'is missing', remedy: modelRemedy };

const faultSchema = z
  .object({
    pointer: z
      .string()
      .describe(
        'Location of the fault: a JSON pointer (RFC 6901) into the body, `?name` for a query parameter, `header:name` for a header, `line:3` and a pointer for a line of JSON Lines, or `form:name` for a file of a form',
      ),
    fault: z.string().describe('Description of the problem'),
    remedy: z.string().describe('Action that corrects the fault'),
  })
  .meta({ examples: [faultExample] });

/** Schema of an API error, in the format of RFC 9457 (problem details). */
export const problemSchema = z.object({
  type: z.string().describe('Path of the documentation of the code, relative to this API'),
  title: z.string().describe('Title of the error code'),
  status: z.int(),
  detail: z.string().describe('Description of this occurrence'),
  code: z.enum(codes).meta({ id: 'ProblemCode' }).describe('Stable error code for programs'),
  requestId: z.string().describe('Id of the request, for support'),
  instance: z.string().describe('Path of the request'),
  faults: z.array(faultSchema).describe('All faults of the request'),
});
type Problem = z.infer<typeof problemSchema>;

/** Example of an error in the OpenAPI document: a spec in which a target has no model. */
export const problemExample = {
  type: '/docs#INVALID_SPEC',
  title: errorCodes.INVALID_SPEC.title,
  status: errorCodes.INVALID_SPEC.status,
  detail: '/targets/0/model is missing',
  code: 'INVALID_SPEC',
  requestId: 'req_01j9zq3v5k8m2n4p6r7s9t0v1w',
  instance: '/v1/runs',
  faults: [faultExample],
} satisfies Problem;

/** Converts an error to a response (RFC 9457). Logs an unexpected error and sends only the request id to the client. */
export function answerError({ logger }: Pick<Deps, 'logger'>): ErrorHandler<ApiEnv> {
  return (error, c) => {
    const requestId = c.get('requestId');
    const detail = `The service failed. Retry. If the error persists, report it with the request id ${requestId}.`;
    const shown = error instanceof AppError ? error : new AppError('INTERNAL', detail);
    if (shown !== error) logger.error('request failed', { requestId, method: c.req.method, path: c.req.path, error });
    if (shown.code === 'UNAVAILABLE') logger.warn('request rejected: service unavailable', { requestId, error: shown });
    if (shown.retryAfterSeconds !== null) c.header('Retry-After', String(shown.retryAfterSeconds));
    if (shown.code === 'UNAUTHENTICATED') {
      const tried = c.req.header('authorization') === undefined ? '' : ', error="invalid_token"';
      c.header('WWW-Authenticate', `Bearer realm="tokenmeter"${tried}`);
    }
    return answerProblem(c, shown);
  };
}

export function answerProblem(c: Context<ApiEnv>, error: AppError): Response {
  const problem = buildProblem(error, { requestId: c.get('requestId'), instance: c.req.path });
  const headers = { 'Content-Type': problemMediaType, 'Cache-Control': 'no-store' };
  return c.body(JSON.stringify(problem), errorCodes[error.code].status, headers);
}

/** Builds the problem details of an error. @param request id and path of the request */
export function buildProblem(error: AppError, request: Pick<Problem, 'requestId' | 'instance'>): Problem {
  const { code } = error;
  const { status, title } = errorCodes[code];
  return {
    type: `/docs#${code}`,
    title,
    status,
    detail: shorten(error.message),
    code,
    requestId: request.requestId,
    instance: shorten(request.instance),
    faults: error.faults.slice(0, maxFaults).map(({ pointer, fault, remedy }) => ({
      pointer: shorten(pointer),
      fault: shorten(fault),
      remedy: shorten(remedy),
    })),
  };
}

/** Maximum length of a text in an error response. A longer text would not help the reader. */
const maxTextLength = 500;

function shorten(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength - 1)}…`;
}
