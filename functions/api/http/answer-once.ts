import type { IdKind } from '../../../shared/ids/ids.ts';
import { type Claimed, createOnce, type StoredAnswer } from './create-once.ts';
import type { Call } from './define-endpoint.ts';

/** The path and the view of a created resource. */
export type Created = { path: string; body: unknown };

export type CreationOptions = {
  kind: IdKind;
  status: 201 | 202;
  /** Length of a random secret that is fixed with the id. Default: no secret. */
  secretBytes?: number | undefined;
};

/**
 * Creates a resource once per `Idempotency-Key`, if the request has one. Scopes the key to the API key, because another
 * API key of the tenant may have fewer scopes.
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

/** Creates a resource once per `Idempotency-Key` and responds with it. */
export async function answerOnce(
  call: Call,
  options: CreationOptions,
  create: (claimed: Claimed) => Promise<Created>,
): Promise<Response> {
  const { body, headers } = await createForCall(call, options, create);
  return call.c.body(body, options.status, { ...headers, 'Content-Type': 'application/json' });
}
