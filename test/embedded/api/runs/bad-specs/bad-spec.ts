import { leastSpec } from '../../../../support/service/api-bench.ts';

type Json = Record<string, unknown>;

/** An invalid spec, the pointer of an expected fault, and a pattern of its remedy. */
export type BadSpec = { name: string; spec: unknown; pointer: string; remedy: RegExp };

export const target = (change: Json = {}) => ({ baseUrl: 'https://api.example.com/v1', model: 'm', ...change });
export const withTarget = (change: Json) => ({ targets: [target(change)] });
export const withWorkload = (workload: Json) => leastSpec({ workload });
export const withInput = (inputTokens: Json) => withWorkload({ kind: 'sonnet', inputTokens });
export const withLoad = (load: Json) => leastSpec({ load });
export const withLimits = (limits: Json, change: Json = {}) => ({ targets: [target(change)], limits });
export const without = (spec: Json, field: string) =>
  Object.fromEntries(Object.entries(spec).filter(([name]) => name !== field));
