import type { Operation } from '../../functions/api/http/operation.ts';
import { problemExample, problemSchema } from '../../functions/api/http/problem.ts';
import { tokenmeterVersion } from '../../shared/version.ts';
import type { SharedAnswers } from './describe-errors.ts';
import { describeOperation } from './describe-operation.ts';
import { createSchemaComponents, type SchemaObject } from './schema-components.ts';
import { sharedHeaders } from './shared-headers.ts';

const intro = `Tokenmeter measures the latency, throughput and cost of LLM endpoints, and says how sure it is of each number.

Send an API key as \`Authorization: Bearer tm_…\`. Instants are ISO 8601, durations end in \`Ms\`, ids have a prefix and sort by time. Errors are problem details (RFC 9457) with a stable \`code\` and one entry for each fault; what stands under a wrong \`mode\`, \`kind\`, \`distribution\` or \`protocol\` is looked at once that is right. Lists take \`?limit=&cursor=\`. Creations take an \`Idempotency-Key\`. Runs can be waited for with \`Prefer: wait=25\`. The rate of a key is told by \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (seconds), as in draft-ietf-httpapi-ratelimit-headers-06.`;

const tags = [
  { name: 'Runs', description: 'Create, watch, stop and repeat measurements' },
  { name: 'Results', description: 'Reports, raw timings and manifests' },
  { name: 'Datasets', description: 'Prompts and lines of your own' },
  { name: 'Schedules', description: 'A spec that is run again and again' },
  { name: 'Prices', description: 'What tokens and instances cost, by name and date' },
  { name: 'Credentials', description: 'Keys of targets, write-only' },
  { name: 'API keys', description: 'Who may do what here' },
  { name: 'Webhooks', description: 'Be told instead of asking' },
  { name: 'Service', description: 'Health and this contract' },
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
    servers: [{ url: '/', description: 'Where this contract is served' }],
    security: [{ apiKey: [] }],
    tags,
    paths,
    components: {
      schemas: components.all(),
      responses: Object.fromEntries([...shared].sort(([a], [b]) => a.localeCompare(b, 'en'))),
      headers: sharedHeaders,
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `tm_…`; its scopes say what it may do' },
      },
    },
  };
}
