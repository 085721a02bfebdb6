import type { Context } from 'hono';
import { z } from 'zod';
import type { ErrorCode } from '../../../shared/errors/app-error.ts';
import type { ApiScope } from '../../../shared/records/records.ts';
import type { ApiDeps } from '../compose.ts';
import type { ApiThreads } from './api-threads.ts';
import type { Principal } from './principal.ts';

export type ApiEnv = { Variables: { requestId: string; caller?: Principal }; Bindings: { principal?: Principal } };

const docsPageSchema = z.object({ html: z.string(), contentSecurityPolicy: z.string() });
export type DocsPage = z.infer<typeof docsPageSchema>;

/** The OpenAPI document in each of its forms and the API reference page. */
export const renderedDocumentsSchema = z.object({
  openapiYaml: z.string(),
  openapiJson: z.string(),
  /** The document as OpenAPI 3.0.3, without webhooks. */
  openapi30Json: z.string(),
  docs: docsPageSchema,
});
export type RenderedDocuments = z.infer<typeof renderedDocumentsSchema>;

/** The same documents, which are rendered at most once, and served unchanged. */
export type ApiDocuments = {
  openapiYaml: string;
  readJson(): Promise<string>;
  read30Json(): Promise<string>;
  readDocs(): Promise<DocsPage>;
};

export type ApiContext = {
  deps: ApiDeps;
  documents: ApiDocuments;
  /** Threads for long work. Null if this thread answers all requests itself. */
  threads: ApiThreads | null;
  /** Whether another thread has admitted the requests. If true, the caller is in `c.env.principal`. */
  isAdmitted: boolean;
};

/** Schemas of a body or a response, by media type. */
export type Content = Record<string, { schema: z.ZodType }>;

export type Answer = { description: string; content?: Content };

/** Body that an operation accepts, and the function that reads a body from a request. */
export type Body<Value> = {
  required: boolean;
  content: Content;
  /** Error code of the response if the schema rejects the body. */
  faultCode: ErrorCode;
  /** Parses the body. The caller validates the query and the headers, and then calls `check` to validate the body. */
  parse(c: Context<ApiEnv>, bytes: Uint8Array<ArrayBuffer>): Promise<{ check(): Value }>;
};

export type Operation = {
  operationId: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Path in OpenAPI syntax, such as `/v1/runs/{runId}`. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** Scope that the caller's API key must have; null if no key is required. */
  scope: ApiScope | null;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  /** Whether successful responses have an `ETag`, so that `If-None-Match` can make them a 304. */
  isTagged?: boolean;
  /** Whether a response can be too large for AWS Lambda, so that it becomes a 400 (answer-large.ts). */
  isLarge?: boolean;
  body?: Body<unknown>;
  /** Successful responses, by HTTP status. */
  answers: Record<number, Answer>;
  /** Error codes of the operation, except those that follow from its inputs. */
  errors: readonly ErrorCode[];
};
