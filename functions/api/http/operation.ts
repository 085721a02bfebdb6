import type { Context } from 'hono';
import { z } from 'zod';
import type { ErrorCode } from '../../../shared/errors/app-error.ts';
import type { ApiScope } from '../../../shared/records/records.ts';
import type { ApiDeps } from '../compose.ts';

export type ApiEnv = { Variables: { requestId: string } };

const docsPageSchema = z.object({ html: z.string(), contentSecurityPolicy: z.string() });
export type DocsPage = z.infer<typeof docsPageSchema>;

/** The documents that are rendered once and served unchanged. */
export const apiDocumentsSchema = z.object({ openapiYaml: z.string(), docs: docsPageSchema });
export type ApiDocuments = z.infer<typeof apiDocumentsSchema>;

export type ApiContext = { deps: ApiDeps; documents: ApiDocuments };

/** The schemas of a body or a response, by media type. */
export type Content = Record<string, { schema: z.ZodType }>;

export type Answer = { description: string; content?: Content };

/** The accepted body of an operation and its reader. */
export type Body<Value> = {
  required: boolean;
  content: Content;
  /** The error code if the schema rejects the body. */
  faultCode: ErrorCode;
  /** Reads the body. `check` applies its schema after those of the query and the headers. */
  read(c: Context<ApiEnv>, maxBodyBytes: number): Promise<{ check(): Value }>;
};

export type Operation = {
  operationId: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** The path in OpenAPI syntax: `/v1/runs/{runId}`. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** The required scope; null if no key is required. */
  scope: ApiScope | null;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: Body<unknown>;
  /** The successful responses, by status. */
  answers: Record<number, Answer>;
  /** Error codes in addition to those that the inputs imply. */
  errors: readonly ErrorCode[];
};
