import { z } from 'zod';
import { definePublicEndpoint } from '../http/define-endpoint.ts';

export const documentEndpoints = [
  definePublicEndpoint({
    operationId: 'getOpenapi',
    path: '/openapi.yaml',
    tag: 'Service',
    summary: 'Get the OpenAPI document',
    answers: {
      200: { description: 'This API as OpenAPI 3.1', content: { 'application/yaml': { schema: z.string() } } },
    },
    handle: (c, { documents }) => c.body(documents.openapiYaml, 200, { 'Content-Type': 'application/yaml' }),
  }),
  definePublicEndpoint({
    operationId: 'getDocs',
    path: '/docs',
    tag: 'Service',
    summary: 'Get the API reference page',
    answers: { 200: { description: 'The reference page', content: { 'text/html': { schema: z.string() } } } },
    handle: (c, { documents }) => {
      c.header('Content-Security-Policy', documents.docs.contentSecurityPolicy);
      return c.html(documents.docs.html, 200);
    },
  }),
];
