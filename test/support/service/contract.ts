import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** The published OpenAPI document. */
export const contract = parse(readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8'));

const operationSchema = z.object({
  operationId: z.string(),
  description: z.string().default(''),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ schema: z.object({ $ref: z.string().optional() }) })) })
    .optional(),
});

export type ContractOperation = {
  operationId: string;
  method: string;
  /** Path with parameters, such as `/v1/runs/{runId}`. */
  path: string;
  /** Scope that the description states; null for public operations. */
  scope: string | null;
  /** Example of a JSON body; null if the operation has none. */
  example: unknown;
};

/** Lists all operations of the contract. */
export function listOperations(): ContractOperation[] {
  const paths = z.record(z.string(), z.record(z.string(), z.unknown())).parse(contract.paths);
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, ...readOperation(operation) })),
  );
}

function readOperation(operation: unknown): Pick<ContractOperation, 'operationId' | 'scope' | 'example'> {
  const { operationId, description, requestBody } = operationSchema.parse(operation);
  const scope = /Requires the scope `([a-z:-]+)`/.exec(description)?.[1] ?? null;
  const name = requestBody?.content['application/json']?.schema.$ref?.split('/').at(-1);
  const example = name === undefined ? null : (contract.components.schemas[name].examples?.[0] ?? {});
  return { operationId, scope, example };
}
