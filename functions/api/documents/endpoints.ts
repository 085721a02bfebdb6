import { z } from 'zod';
import { answerTaggedText, defineJsonAnswer } from '../http/answers.ts';
import { definePublicEndpoint } from '../http/define-endpoint.ts';

const openapiSchema = z
  .looseObject({ openapi: z.string().describe('Version of the OpenAPI specification') })
  .meta({ id: 'OpenapiDocument', description: 'An OpenAPI document' });

export const documentEndpoints = [
  definePublicEndpoint({
    operationId: 'getOpenapi',
    path: '/openapi.yaml',
    tag: 'Service',
    isTagged: true,
    summary: 'Get the OpenAPI document',
    description: 'The contract of this deployment as YAML.',
    answers: {
      200: { description: 'This API as OpenAPI 3.1', content: { 'application/yaml': { schema: z.string() } } },
    },
    handle: (c, { documents }) => answerTaggedText(c, documents.openapiYaml, 'application/yaml'),
  }),
  definePublicEndpoint({
    operationId: 'getOpenapiJson',
    path: '/openapi.json',
    tag: 'Service',
    isTagged: true,
    summary: 'Get the OpenAPI document as JSON',
    description: 'The same contract as `/openapi.yaml`.',
    answers: { 200: defineJsonAnswer('This API as OpenAPI 3.1', openapiSchema) },
    handle: async (c, { documents }) => answerTaggedText(c, await documents.readJson(), 'application/json'),
  }),
  definePublicEndpoint({
    operationId: 'getOpenapi30Json',
    path: '/openapi-3.0.json',
    tag: 'Service',
    isTagged: true,
    summary: 'Get the OpenAPI document as OpenAPI 3.0.3',
    description: 'For client generators that do not support OpenAPI 3.1. Contains every operation, but no webhooks.',
    answers: { 200: defineJsonAnswer('This API as OpenAPI 3.0.3', openapiSchema) },
    handle: async (c, { documents }) => answerTaggedText(c, await documents.read30Json(), 'application/json'),
  }),
  definePublicEndpoint({
    operationId: 'getDocs',
    path: '/docs',
    tag: 'Service',
    isTagged: true,
    summary: 'Get the API reference page',
    description: 'An HTML page of the contract, without scripts.',
    answers: { 200: { description: 'The reference page', content: { 'text/html': { schema: z.string() } } } },
    handle: async (c, { documents }) => {
      const { html, contentSecurityPolicy } = await documents.readDocs();
      c.header('Content-Security-Policy', contentSecurityPolicy);
      return answerTaggedText(c, html, 'text/html; charset=UTF-8');
    },
  }),
];
