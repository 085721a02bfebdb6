import type { Context } from 'hono';
import type { IdKind } from '../../../shared/ids/ids.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { ApiEnv } from './api-env.ts';
import { type Claimed, createOnce, type StoredAnswer } from './create-once.ts';

/** What is created: where it is, and how it is shown. */
export type Created = { path: string; body: unknown };

/**
 * Answers a creation under its `Idempotency-Key`, where there is one. Keys are an API key's own: another key of the
 * tenant, perhaps with fewer scopes, does not get the answer.
 * @param options.secretBytes of the random secret that is fixed with the id
 */
export async function createOnceFor(
  c: Context<ApiEnv>,
  deps: Deps,
  options: { kind: IdKind; body: unknown; status: 201 | 202; secretBytes?: number },
  create: (claimed: Claimed) => Promise<Created>,
): Promise<{ answer: StoredAnswer; replayed: boolean }> {
  const { tenantId, apiKeyId } = c.get('principal');
  const given = c.req.header('idempotency-key');
  const once = await createOnce(
    deps,
    {
      tenantId,
      key: given === undefined ? null : `${apiKeyId} ${given}`,
      operation: `${c.req.method} ${c.req.path}`,
      body: options.body,
      newResourceId: deps.ids.next(options.kind),
      newSecret: options.secretBytes === undefined ? null : deps.ids.randomBytes(options.secretBytes),
    },
    async (claimed) => {
      const { path, body } = await create(claimed);
      return { status: options.status, headers: { location: path }, body: JSON.stringify(body) };
    },
  );
  if (once.replayed) c.header('Idempotent-Replayed', 'true');
  return once;
}

/** The same, given as the answer. */
export async function answerOnce(
  c: Context<ApiEnv>,
  deps: Deps,
  options: { kind: IdKind; body: unknown; status: 201 | 202; secretBytes?: number },
  create: (claimed: Claimed) => Promise<Created>,
): Promise<Response> {
  const { answer } = await createOnceFor(c, deps, options, create);
  return c.body(answer.body, options.status, { ...answer.headers, 'Content-Type': 'application/json' });
}
