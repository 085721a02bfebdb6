import createFetchClient, { type Client } from 'openapi-fetch';
import type { paths } from './generated/openapi.d.ts';

/** Creates an API client whose paths, parameters, bodies and responses have the types of openapi.yaml. */
export function createClient(options: { url: string; apiKey: string }): Client<paths> {
  return createFetchClient<paths>({
    baseUrl: options.url,
    headers: { authorization: `Bearer ${options.apiKey}` },
  });
}
