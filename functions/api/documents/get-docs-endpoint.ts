import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { defineEndpoint } from '../http/define-endpoint.ts';

const route = createRoute({
  method: 'get',
  path: '/docs',
  operationId: 'getDocs',
  tags: ['Service'],
  summary: 'The contract as a page to read',
  security: [],
  responses: { 200: { description: 'The reference page', content: { 'text/html': { schema: z.string() } } } },
});

export const getDocsEndpoint = defineEndpoint({
  route,
  scope: null,
  handle: (c, { documents }) => {
    c.header('Content-Security-Policy', documents.docs.contentSecurityPolicy);
    return c.html(documents.docs.html, 200);
  },
});
