import type { z } from 'zod';
import type { IdKind } from '../../../shared/ids/ids.ts';
import type { Amounts, QuotaName } from '../../../shared/quotas.ts';
import type { ApiScope } from '../../../shared/records/records.ts';
import { createWithinQuotas } from '../../../shared/runs/create-within-quotas.ts';
import { removeWithinQuotas } from '../../../shared/runs/remove-within-quotas.ts';
import type { Page, PageRequest } from '../../../shared/tenant-stores.ts';
import type { ApiDeps } from '../compose.ts';
import { answerPage, answerTagged, defineJsonAnswer, requireFound } from './answers.ts';
import { answerOnce, type Claimed } from './create-once.ts';
import { type Call, defineEndpoint, type Endpoint, type Words } from './define-endpoint.ts';
import type { Body } from './operation.ts';
import { addArticle, nameKind, nameKinds } from './path-params.ts';
import { createHeadersSchema, pageQuerySchema, pageSchema } from './schemas.ts';

/** Properties that all operations on a resource type have in common. */
type Resource<View extends z.ZodObject, Stored> = {
  kind: IdKind;
  path: string;
  tag: string;
  scopes: { read: ApiScope; write: ApiScope };
  /** Whether a resource can have hundreds of kilobytes, so that a page of its list is long. */
  isLarge?: boolean;
  schema: View;
  show(stored: Stored): z.output<View>;
  /** Limit on the number of these resources per tenant. */
  quota?: QuotaName;
};

type StoredResource<View extends z.ZodObject, Stored> = Resource<View, Stored> & {
  store(deps: ApiDeps): {
    list(tenantId: string, page: PageRequest): Promise<Page<Stored>>;
    get(tenantId: string, id: string): Promise<Stored | null>;
    remove(tenantId: string, id: string): Promise<boolean>;
  };
};

/** The part of a store that finds a resource. */
type FoundResource = { store(deps: ApiDeps): { get(tenantId: string, id: string): Promise<unknown> } };

type CallOn<Value = unknown> = Call<Record<string, string>, unknown, Value> & { id: string };

/** Returns its argument unchanged, so that the compiler infers the types of a resource. */
export function defineResource<View extends z.ZodObject, Stored>(
  resource: StoredResource<View, Stored>,
): StoredResource<View, Stored> {
  return resource;
}

/** Defines `POST /v1/<resources>`, which creates a resource once per `Idempotency-Key`. */
export function defineCreate<View extends z.ZodObject, Stored, Value>(
  { kind, path, tag, scopes, schema, show, quota, store }: Resource<View, Stored> & FoundResource,
  {
    create,
    body,
    secretBytes,
    answer = `The new ${nameKind(kind)}`,
    findTenant = ({ tenantId }) => tenantId,
    ...words
  }: Partial<Words> & {
    body: Body<Value>;
    secretBytes?: number;
    answer?: string;
    /** Returns the tenant that gets the resource. Default: the caller's tenant. */
    findTenant?(call: Call<Record<string, string>, unknown, Value>, id: string): string;
    create(call: Call<Record<string, string>, unknown, Value>, claimed: Claimed): Promise<Stored>;
  },
): Endpoint {
  return defineEndpoint({
    ...nameOperation('create', kind),
    ...words,
    method: 'post',
    path,
    tag,
    scope: scopes.write,
    headers: createHeadersSchema,
    body,
    errors: [...(words.errors ?? []), ...(quota === undefined ? [] : (['QUOTA_EXCEEDED'] as const))],
    answers: { 201: defineJsonAnswer(answer, schema) },
    handle: (call) => {
      const isStored = async (id: string) => (await store(call.deps).get(findTenant(call, id), id)) !== null;
      return answerOnce(call, { kind, status: 201, secretBytes, isStored }, async (claimed) => {
        const tenantId = findTenant(call, claimed.resourceId);
        // A retry after a crash finds the resource, and does not count it a second time.
        const isNew = !(await isStored(claimed.resourceId));
        const amounts = quota !== undefined && isNew ? { [quota]: 1 } : {};
        const { stored } = await createWithinQuotas(call.deps, tenantId, amounts, async () => ({
          stored: await create(call, claimed),
          created: true,
        }));
        return { path: `${path}/${claimed.resourceId}`, body: show(stored) };
      });
    },
  });
}

/** Defines `GET /v1/<resources>` (list) and `GET /v1/<resources>/{id}` (one resource). */
export function defineReads<View extends z.ZodObject, Stored>(resource: StoredResource<View, Stored>): Endpoint[] {
  const { kind, scopes, store } = resource;
  return [
    defineList(resource, {
      operationId: `list${capitalize(kind)}s`,
      summary: `List ${nameKinds(kind)}`,
      load: ({ deps, tenantId }, page) => store(deps).list(tenantId, page),
    }),
    defineShown(
      resource,
      { ...nameOperation('get', kind), method: 'get', scope: scopes.read },
      ({ deps, tenantId, id }) => store(deps).get(tenantId, id),
    ),
  ];
}

/** Defines `GET /v1/<resources>`, which returns one page of a list. */
export function defineList<View extends z.ZodObject, Stored>(
  { kind, path, tag, scopes, isLarge = false, schema, show }: Resource<View, Stored>,
  { load, ...words }: Words & { load(call: Call, page: PageRequest): Promise<Page<Stored>> },
): Endpoint {
  const page = pageSchema(schema).meta({ id: `${capitalize(kind)}Page` });
  return defineEndpoint({
    ...words,
    description: 'Sorted newest first.',
    ...(isLarge && { effort: 'long', isLarge }),
    isTagged: true,
    method: 'get',
    path,
    tag,
    scope: scopes.read,
    query: pageQuerySchema,
    answers: { 200: defineJsonAnswer(`A page of ${nameKinds(kind)}`, page) },
    handle: async (call) => {
      const { limit, cursor = null } = call.query;
      return answerPage(call.c, await load(call, { limit, cursor }), show);
    },
  });
}

/** Defines `PATCH /v1/<resources>/{id}`, which changes a resource. */
export function defineUpdate<View extends z.ZodObject, Stored, Value>(
  resource: Resource<View, Stored>,
  { update, ...words }: Partial<Words> & { body: Body<Value>; update(call: CallOn<Value>): Promise<Stored | null> },
): Endpoint {
  const { kind, scopes } = resource;
  return defineShown(
    resource,
    { ...nameOperation('update', kind), ...words, method: 'patch', scope: scopes.write },
    update,
  );
}

/**
 * Defines `DELETE /v1/<resources>/{id}`, which deletes a resource. `remove` returns whether something was deleted, and
 * reduces the tenant's use of its quotas.
 */
export function defineDelete<View extends z.ZodObject, Stored, Query extends z.ZodObject>(
  { kind, path, tag, scopes, store, quota }: StoredResource<View, Stored>,
  {
    remove = ({ deps, tenantId, id }) => {
      const amounts: Amounts = quota === undefined ? {} : { [quota]: 1 };
      return removeWithinQuotas(deps, tenantId, amounts, () => store(deps).remove(tenantId, id));
    },
    ...facts
  }: Partial<Words> & {
    query?: Query;
    remove?(call: Call<Record<string, string>, z.output<Query>> & { id: string }): Promise<boolean>;
  },
): Endpoint {
  return defineEndpoint({
    ...nameOperation('delete', kind),
    ...facts,
    method: 'delete',
    path: `${path}/{${kind}Id}`,
    tag,
    scope: scopes.write,
    answers: { 204: { description: `The ${nameKind(kind)} was deleted` } },
    handle: async (call) => {
      const id = readId(kind, call);
      requireFound((await remove({ ...call, id })) ? id : null, nameKind(kind), id);
      return call.c.body(null, 204);
    },
  });
}

/** Defines an operation on one resource that returns the resource. */
function defineShown<View extends z.ZodObject, Stored, Value>(
  { kind, path, tag, schema, show }: Resource<View, Stored>,
  facts: Words & { method: 'get' | 'patch'; scope: ApiScope; body?: Body<Value> },
  act: (call: CallOn<Value>) => Promise<Stored | null>,
): Endpoint {
  return defineEndpoint({
    ...facts,
    path: `${path}/{${kind}Id}`,
    tag,
    isTagged: facts.method === 'get',
    answers: { 200: defineJsonAnswer(`The ${nameKind(kind)}`, schema) },
    handle: async (call) => {
      const id = readId(kind, call);
      const shown = show(requireFound(await act({ ...call, id }), nameKind(kind), id));
      return facts.method === 'get' ? answerTagged(call.c, shown) : call.c.json(shown, 200);
    },
  });
}

function readId(kind: IdKind, { params }: Pick<Call, 'params'>): string {
  return params[`${kind}Id`] ?? '';
}

/** Builds the id and the summary of an operation on one resource: `getApiKey`, "Get an API key". */
function nameOperation(verb: string, kind: IdKind): Pick<Words, 'operationId' | 'summary'> {
  return {
    operationId: `${verb}${capitalize(kind)}`,
    summary: `${capitalize(verb)} ${addArticle(nameKind(kind))}`,
  };
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
