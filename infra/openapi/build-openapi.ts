import type { Operation } from '../../functions/api/http/operation.ts';
import { problemExample, problemSchema } from '../../functions/api/http/problem.ts';
import { tokenmeterVersion } from '../../shared/version.ts';
import type { SharedAnswers } from './describe-errors.ts';
import { describeOperation } from './describe-operation.ts';
import { createSchemaComponents, type SchemaObject } from './schema-components.ts';
import { sharedHeaders } from './shared-headers.ts';

const intro = `Tokenmeter measures the latency, throughput and cost of LLM endpoints and reports the uncertainty of each result.

Send an API key as \`Authorization: Bearer tm_…\`. Timestamps are ISO 8601. Fields that end in \`Ms\` are durations in milliseconds. Ids start with their type and sort by time.

Errors are problem details (RFC 9457) with a stable \`code\` and one entry per fault. The API checks the fields of a \`mode\`, \`kind\`, \`distribution\` or \`protocol\` after its value is valid.

Lists accept \`?limit=&cursor=\`. Requests that create resources accept an \`Idempotency-Key\`. To wait for a run, send \`Prefer: wait=25\`. The headers \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (seconds) report the rate limit of the key (draft-ietf-httpapi-ratelimit-headers-06).`;

const tags = [
  { name: 'Runs', description: 'Measurements of one or more targets' },
  { name: 'Results', description: 'Reports, raw timings and manifests' },
  { name: 'Datasets', description: 'Uploaded prompts, text lines and traces' },
  { name: 'Schedules', description: 'Runs that start at set times' },
  { name: 'Prices', description: 'Prices of tokens and instances, by name and date' },
  { name: 'Credentials', description: 'API keys of targets (write-only)' },
  { name: 'API keys', description: 'Access to this API' },
  { name: 'Webhooks', description: 'Notifications about runs' },
  { name: 'Service', description: 'Health and API reference' },
];

/** Builds the OpenAPI 3.1 document of the operations. */
export function buildOpenapi(operations: readonly Operation[]): SchemaObject {
  const components = createSchemaComponents();
  const description = 'Problem details (RFC 9457)';
  components.refer(problemSchema.meta({ id: 'Problem', description, examples: [problemExample] }), 'output');
  const shared: SharedAnswers = new Map();
  const paths: Record<string, SchemaObject> = {};
  for (const operation of operations) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method]: describeOperation(operation, components, shared) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tokenmeter',
      version: tokenmeterVersion,
      description: intro,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The host that serves this document' }],
    security: [{ apiKey: [] }],
    tags,
    paths,
    components: {
      schemas: components.all(),
      responses: Object.fromEntries([...shared].sort(([a], [b]) => a.localeCompare(b, 'en'))),
      headers: sharedHeaders,
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key (`tm_…`). Its scopes determine the permitted operations',
        },
      },
    },
  };
}
