import { type BuiltRequest, buildBody, buildEndpoint } from '../../../shared/protocols/build-request.ts';
import type { Target } from '../../../shared/spec/target.ts';
import type { Prompt } from '../../../shared/workload/prompt.ts';
import { getDialect } from './get-dialect.ts';

/** Builds a request as a worker sends it, without a signature. */
export function buildRequest(target: Target, prompt: Prompt, apiKey: string | null): BuiltRequest {
  const dialect = getDialect(target.protocol);
  return { ...buildEndpoint(dialect, target, apiKey), body: buildBody(dialect, target, prompt) };
}
