import type { FunctionName } from '../../../infra/aws/stack/function-settings.ts';
import type { Cloud } from './cloud.ts';

/** Returns an event that a function can answer before any run exists: the list of runs for the API, no records for the others. */
export function buildFirstEvent(name: FunctionName, { url, apiKey }: Pick<Cloud, 'url' | 'apiKey'>): unknown {
  if (name !== 'api') return { Records: [] };
  return {
    version: '2.0',
    routeKey: 'ANY /{proxy+}',
    rawPath: '/v1/runs',
    rawQueryString: '',
    headers: { host: new URL(url).host, authorization: `Bearer ${apiKey}` },
    requestContext: { http: { method: 'GET', path: '/v1/runs' }, domainName: 'local', requestId: 'r' },
    isBase64Encoded: false,
  };
}
