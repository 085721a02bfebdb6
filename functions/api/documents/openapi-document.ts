import { z } from 'zod';

/* The parts of an OpenAPI 3.1 document that the reference page shows. */

const schemaObject = z.record(z.string(), z.unknown());
export type SchemaNode = z.infer<typeof schemaObject>;

const content = z.record(z.string(), z.object({ schema: schemaObject }));

const answerSchema = z.object({ description: z.string(), content: content.optional() });
export type Answer = z.infer<typeof answerSchema>;

const operationSchema = z.object({
  operationId: z.string(),
  tags: z.array(z.string()),
  summary: z.string(),
  description: z.string().optional(),
  parameters: z
    .array(
      z.object({
        in: z.string(),
        name: z.string(),
        required: z.boolean(),
        description: z.string().optional(),
        schema: schemaObject,
      }),
    )
    .default([]),
  requestBody: z.object({ required: z.boolean(), content }).optional(),
  responses: z.record(z.string(), z.union([z.object({ $ref: z.string() }), answerSchema])),
});
export type Operation = z.infer<typeof operationSchema>;

export const openapiDocumentSchema = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({
    schemas: z.record(z.string(), schemaObject),
    responses: z.record(z.string(), answerSchema),
  }),
});
export type OpenapiDocument = z.infer<typeof openapiDocumentSchema>;

/** Lists the operations with a tag, in document order. */
export function listOperations(
  document: OpenapiDocument,
  tag: string,
): { path: string; method: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => ({ path, method, operation })),
  );
}
