import type { IdKind } from '../../../shared/ids/ids.ts';
import { type Claimed, createOnce, type StoredAnswer } from './create-once.ts';
import type { Call } from './define-endpoint.ts';

/** A created resource: its path and its view. */
export type Created = { path: string; body: unknown };

export type CreationOptions = {
  kind: IdKind;
  status: 201 | 202;
  /** Of the random secret that is fixed with the id; none if left out. */
  secretBytes?: number | undefined;
};

/**
 * Creates something under the `Idempotency-Key` of a request, if it has one. The key counts for one API key only: another
 * API key of the tenant, which may have fewer scopes, does not get the answer.
 */
export async function createForCall(
  { c, deps, principal, body }: Call,
  options: CreationOptions,
  create: (claimed: Claimed) => Promise<Created>,
): Promise<StoredAnswer> {
  const { tenantId, apiKeyId } = principal;
  const given = c.req.header('idempotency-key');
  const { answer, replayed } = await createOnce(
    deps,
    {
      tenantId,
      key: given === undefined ? null : `${apiKeyId} ${given}`,
      operation: `${c.req.method} ${c.req.path}`,
      body,
      newResourceId: deps.ids.next(options.kind),
      newSecret: options.secretBytes === undefined ? null : deps.ids.randomBytes(options.secretBytes),
    },
    async (claimed) => {
      const created = await create(claimed);
      return { status: options.status, headers: { location: created.path }, body: JSON.stringify(created.body) };
    },
  );
  if (replayed) c.header('Idempotent-Replayed', 'true');
  return answer;
}

/** Creates something under the `Idempotency-Key` of a request, and answers with it. */
export async function answerOnce(
  call: Call,
  options: CreationOptions,
  create: (claimed: Claimed) => Promise<Created>,
): Promise<Response> {
  const { body, headers } = await createForCall(call, options, create);
  return call.c.body(body, options.status, { ...headers, 'Content-Type': 'application/json' });
}
