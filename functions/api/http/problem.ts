import { z } from 'zod';
import { type AppError, type ErrorCode, errorCodes, type Fault } from '../../../shared/errors/app-error.ts';

const codes = Object.keys(errorCodes) as ErrorCode[]; // the keys of a literal object are exactly its codes

const faultSchema = z
  .object({
    pointer: z
      .string()
      .describe(
        'JSON pointer (RFC 6901) into the body; `?name` for a query parameter, `header:name` for a header, `line:3` and a pointer into it for a line of JSON Lines, `form:name` for a file of a form',
      ),
    fault: z.string().describe('What is wrong with it'),
    remedy: z.string().describe('What to do about it'),
  })
  .meta({
    examples: [
      { pointer: '/targets/0/model', fault: 'is missing', remedy: 'Add "model": text of 1 to 300 characters' },
    ],
  });

/** Problem details, RFC 9457. */
export const problemSchema = z.object({
  type: z.string().describe('Where the code is explained, relative to this API'),
  title: z.string().describe('The same for every problem of the code'),
  status: z.int(),
  detail: z.string().describe('What went wrong this time'),
  code: z.enum(codes).describe('Stable: programs may rely on it'),
  requestId: z.string().describe('Quote it when you ask for help'),
  instance: z.string().describe('The path that was asked for'),
  faults: z.array(faultSchema).describe('One entry for each thing wrong with the request'),
});

/** The answer to a spec whose target has no model, as an example for the contract. */
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

/** More faults do not help. */
const maxFaults = 50;
const maxTextLength = 500;

/** Builds the problem details of an error that may be shown. */
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
