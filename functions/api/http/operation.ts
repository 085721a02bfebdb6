import type { Context } from 'hono';
import type { z } from 'zod';
import type { ErrorCode } from '../../../shared/errors/app-error.ts';
import type { ApiScope } from '../../../shared/records/api-scope.ts';
import type { ApiEnv } from './api-env.ts';

/** The schemas of a body or an answer, by media type. */
export type Content = Record<string, { schema: z.ZodType }>;

/** One successful answer. */
export type Answer = { description: string; content?: Content };

/** The body an operation takes, and how it is read. */
export type Body<Value> = {
  required: boolean;
  content: Content;
  /** The code of a body that its schema refuses. */
  faultCode: ErrorCode;
  /** Reads a body of one of the media types. Its schema is applied by `check`, after those of the query and the headers. */
  read(c: Context<ApiEnv>, maxBodyBytes: number): Promise<{ check(): Value }>;
};

/** One operation as the contract describes it: what it takes, who may call it, and what it answers. */
export type Operation = {
  operationId: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/v1/runs/{runId}`. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** The scope that a key must have; null: no key is needed. */
  scope: ApiScope | null;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: Body<unknown>;
  /** The successful answers, by status. */
  answers: Record<number, Answer>;
  /** Codes it can answer in addition to those of every operation that takes the same parts. */
  errors: readonly ErrorCode[];
};
