import type { Context } from 'hono';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ApiEnv } from './api-env.ts';
import { chooseMediaType } from './choose-format.ts';
import type { Operation } from './operation.ts';

/** Rejects a request whose Accept header excludes every media type of the operation. */
export function checkAccept(c: Context<ApiEnv>, { answers }: Pick<Operation, 'answers'>): void {
  const offered = listMediaTypes(answers);
  // The query parameter `format` overrides the Accept header.
  const isSettled = c.req.query('format') !== undefined || offered.length === 0;
  if (!isSettled && chooseMediaType(c.req.header('accept'), offered) === null) throw notAcceptable(offered);
}

/** Lists the media types of an operation's successful responses, the preferred one first. */
function listMediaTypes(answers: Operation['answers']): string[] {
  const types = Object.entries(answers)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, { content = {} }]) => Object.keys(content));
  return [...new Set(types)];
}

function notAcceptable(offered: readonly string[]): AppError {
  return new AppError('NOT_ACCEPTABLE', `This operation responds with ${offered.join(' or ')}`, {
    faults: [
      {
        pointer: 'header:accept',
        fault: 'excludes all available media types',
        remedy: `Send "Accept: ${offered[0]}", or omit the header`,
      },
    ],
  });
}
