import createFetchClient, { type Client } from 'openapi-fetch';
import type { paths } from './generated/openapi.d.ts';

/** A client of the API: paths, parameters, bodies and answers are typed by the contract. */
export function createClient(options: { url: string; apiKey: string }): Client<paths> {
  return createFetchClient<paths>({
    baseUrl: options.url,
    headers: { authorization: `Bearer ${options.apiKey}` },
  });
}
