import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { manifestSchema } from '../../../shared/records/manifest.ts';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { getManifest } from './get-manifest.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/runs/{runId}/manifest',
  operationId: 'getManifest',
  tags: ['Results'],
  summary: 'What is needed to send the same requests again',
  description:
    'Canonical JSON (RFC 8785): its SHA-256 is the same wherever it is reckoned. `Content-Digest` (RFC 9530) carries it in base64, `ETag` and the run in hex.',
  request: { params: z.object(idParam('runId', 'run')) },
  responses: {
    200: { description: 'The manifest', content: jsonContent(manifestSchema) },
  },
});

export const getManifestEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  errors: ['CONFLICT'],
  handle: async (c, { deps }) => {
    const { json, sha256 } = await getManifest(deps, c.get('principal'), c.req.valid('param').runId);
    return c.body(json, 200, {
      'Content-Type': 'application/json',
      'Content-Digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
      ETag: `"${sha256}"`,
    });
  },
});
