import { z } from 'zod';
import { type AppError, type ErrorCode, errorCodes, type Fault } from '../../../shared/errors/app-error.ts';

const codes = Object.keys(errorCodes) as ErrorCode[]; // the keys of a literal object are its codes

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
  .meta({
    examples: [
      { pointer: '/targets/0/model', fault: 'is missing', remedy: 'Add "model": text of 1 to 300 characters' },
    ],
  });

/** Problem details, RFC 9457. */
export const problemSchema = z.object({
  type: z.string().describe('Path of the documentation of the code, relative to this API'),
  title: z.string().describe('Title of the error code'),
  status: z.int(),
  detail: z.string().describe('Description of this occurrence'),
  code: z.enum(codes).describe('Stable error code for programs'),
  requestId: z.string().describe('Id of the request, to quote when you ask for help'),
  instance: z.string().describe('Path of the request'),
  faults: z.array(faultSchema).describe('All faults of the request'),
});

/** The example of a problem in the OpenAPI document: a spec whose target has no model. */
export const problemExample = {
  type: '/docs#INVALID_SPEC',
  title: errorCodes.INVALID_SPEC.title,
  status: errorCodes.INVALID_SPEC.status,
  detail: '/targets/0/model is missing',
  code: 'INVALID_SPEC',
  requestId: 'req_01j9zq3v5k8m2n4p6r7s9t0v1w',
  instance: '/v1/runs',
  faults: [{ pointer: '/targets/0/model', fault: 'is missing', remedy: 'Add "model": text of 1 to 300 characters' }],
} satisfies z.infer<typeof problemSchema>;

export type Problem = z.infer<typeof problemSchema>;

/** A longer list does not help the reader. */
const maxFaults = 50;
const maxTextLength = 500;

/** Converts an error to problem details. */
export function toProblem(error: AppError, request: { requestId: string; path: string }): Problem {
  const { status, title } = errorCodes[error.code];
  return {
    type: `/docs#${error.code}`,
    title,
    status,
    detail: shorten(error.message),
    code: error.code,
    requestId: request.requestId,
    instance: shorten(request.path),
    faults: error.faults.slice(0, maxFaults).map(shortenFault),
  };
}

function shortenFault({ pointer, fault, remedy }: Fault): Fault {
  return { pointer: shorten(pointer), fault: shorten(fault), remedy: shorten(remedy) };
}

function shorten(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength - 1)}…`;
}
