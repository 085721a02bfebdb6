import type { Hook } from '@hono/zod-openapi';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error.ts';
import { refuse } from '../../../../shared/errors/refuse.ts';
import { type IdKind, idPrefixes } from '../../../../shared/ids/ids.ts';
import type { ApiEnv } from '../api-env.ts';
import type { Endpoint } from '../define-endpoint.ts';
import { explainIssues } from './explain-issues.ts';

/**
 * Turns what a route's schemas refuse into faults with remedies. A path parameter that is not of the form of an id names
 * nothing: 404.
 */
export const refuseInvalid: Hook<unknown, ApiEnv, string, undefined> = (result, c) => {
  if (result.success) return undefined;
  const { issues } = result.error;
  const endpoint = c.get('endpoint');
  if (result.target === 'param')
    throw new AppError('NOT_FOUND', `There is nothing at ${c.req.path}${describeForm(issues[0]?.path[0])}`);
  const { schema, place } = refusedPart(endpoint, result.target);
  const input: unknown = 'data' in result ? result.data : undefined;
  refuse(place === 'body' ? endpoint.bodyFault : 'INVALID_REQUEST', explainIssues(issues, schema, input, place));
  throw new Error('A schema refused a request without an issue');
};

/** What the id would look like: ": a run id looks like run_…". */
function describeForm(parameter: PropertyKey | undefined): string {
  const kind = (Object.keys(idPrefixes) as IdKind[]).find((name) => `${name}Id` === parameter);
  if (kind === undefined) return '';
  const noun = kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^api/, 'API');
  return `: ${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun} id looks like ${idPrefixes[kind]}_… (26 characters after it)`;
}

function refusedPart({ route }: Endpoint, target: string): { schema: z.ZodType; place: 'body' | 'query' | 'header' } {
  const { request } = route;
  if (target === 'query' && request?.query !== undefined) return { schema: request.query, place: 'query' };
  if (target === 'header' && request?.headers !== undefined && !Array.isArray(request.headers))
    return { schema: request.headers, place: 'header' };
  const body = request?.body?.content['application/json'];
  if (target === 'json' && body !== undefined && 'schema' in body && body.schema instanceof z.ZodType)
    return { schema: body.schema, place: 'body' };
  throw new Error(`The route ${route.path} has no schema for ${target}`);
}
