import { z } from 'zod';
import type { JsonSchema } from '../../../functions/api/http/faults/json-schema.ts';

/** Accepts any JSON schema. The service generates all schemas itself, so their contents need no further validation. */
const schemaNode = z.custom<JsonSchema>((node) => typeof node === 'object' && node !== null);

const content = z.record(z.string(), z.object({ schema: schemaNode }));

const answerSchema = z.object({ description: z.string(), content: content.default({}) });
export type Answer = z.infer<typeof answerSchema>;

const referenceSchema = z.object({ $ref: z.string() });

const parameterSchema = z.object({
  in: z.string(),
  name: z.string(),
  required: z.boolean().default(false),
  description: z.string().default(''),
  schema: schemaNode,
});

const operationSchema = z.object({
  operationId: z.string(),
  tags: z.array(z.string()),
  summary: z.string(),
  description: z.string().default(''),
  parameters: z.array(z.union([referenceSchema, parameterSchema])).default([]),
  requestBody: z.object({ required: z.boolean(), content }).optional(),
  responses: z.record(z.string(), z.union([referenceSchema, answerSchema])),
});
export type Operation = z.infer<typeof operationSchema>;

export const openapiDocumentSchema = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({
    schemas: z.record(z.string(), schemaNode),
    parameters: z.record(z.string(), parameterSchema),
    responses: z.record(z.string(), answerSchema),
  }),
});
export type OpenapiDocument = z.infer<typeof openapiDocumentSchema>;

export type PlacedOperation = { path: string; method: string; operation: Operation };

export function listOperations({ paths }: OpenapiDocument, tag: string): PlacedOperation[] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return all.filter(({ operation }) => operation.tags.includes(tag));
}

/** Returns the name at the end of a schema reference: `Run` for `#/components/schemas/Run`. */
export function readName(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
