import type { Hook } from '@hono/zod-openapi';
import { z } from 'zod';
import { AppError } from '../../shared/domain/app-error.ts';
import { refuse } from '../../shared/usecases/refuse.ts';
import type { ApiEnv } from './api-env.ts';
import type { Endpoint } from './endpoint.ts';
import { explainIssues } from './explain-issues.ts';

/**
 * Turns what a route's schemas refuse into faults with remedies. A path parameter that is not of the form of an id names
 * nothing: 404.
 */
export const refuseInvalid: Hook<unknown, ApiEnv, string, undefined> = (result, c) => {
  if (result.success) return undefined;
  const { issues } = result.error;
  const endpoint = c.get('endpoint');
  if (result.target === 'param') throw new AppError('NOT_FOUND', `There is nothing at ${c.req.path}`);
  const { schema, place } = refusedPart(endpoint, result.target);
  const input: unknown = 'data' in result ? result.data : undefined;
  refuse(place === 'body' ? endpoint.bodyFault : 'INVALID_REQUEST', explainIssues(issues, schema, input, place));
  throw new Error('A schema refused a request without an issue');
};

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
