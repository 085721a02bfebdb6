import type { z } from 'zod';
import type { IdKind } from '../../../shared/ids/ids.ts';
import type { Page, PageRequest } from '../../../shared/ports.ts';
import type { ApiScope } from '../../../shared/records/api-scope.ts';
import { answerOnce } from './answer-once.ts';
import { answerPage, jsonAnswer } from './answers.ts';
import type { Claimed } from './create-once.ts';
import { type Call, defineEndpoint, type Endpoint, type Words } from './define-endpoint.ts';
import type { Body } from './operation.ts';
import { nameKind, nameKinds } from './path-params.ts';
import { requireFound } from './require-found.ts';
import { createHeadersSchema, pageQuerySchema, pageSchema } from './schemas.ts';

/** The properties that all operations on a resource type share. */
export type Resource<View extends z.ZodObject, Stored> = {
  kind: IdKind;
  path: string;
  tag: string;
  scopes: { read: ApiScope; write: ApiScope };
  /** The schema of the view. */
  schema: View;
  show(stored: Stored): z.output<View>;
};

/** A call on one resource with its id. */
export type CallOn<Value = unknown> = Call<Record<string, string>, unknown, Value> & { id: string };

/** Defines `POST /v1/<resources>`, which creates a resource once per `Idempotency-Key`. */
export function defineCreate<View extends z.ZodObject, Stored, Value>(
  { kind, path, tag, scopes, schema, show }: Resource<View, Stored>,
  {
    create,
    body,
    secretBytes,
    answer = `The new ${nameKind(kind)}`,
    ...words
  }: Words & {
    body: Body<Value>;
    secretBytes?: number;
    answer?: string;
    create(call: Call<Record<string, string>, unknown, Value>, claimed: Claimed): Promise<Stored>;
  },
): Endpoint {
  return defineEndpoint({
    ...words,
    method: 'post',
    path,
    tag,
    scope: scopes.write,
    headers: createHeadersSchema,
    body,
    answers: { 201: jsonAnswer(answer, schema) },
    handle: (call) =>
      answerOnce(call, { kind, status: 201, secretBytes }, async (claimed) => {
        const stored = await create(call, claimed);
        return { path: `${path}/${claimed.resourceId}`, body: show(stored) };
      }),
  });
}

/** Defines `GET /v1/<resources>`, which returns a page. */
export function defineList<View extends z.ZodObject, Stored>(
  { kind, path, tag, scopes, schema, show }: Resource<View, Stored>,
  { load, ...words }: Words & { load(call: Call, page: PageRequest): Promise<Page<Stored>> },
): Endpoint {
  const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Page`;
  return defineEndpoint({
    ...words,
    description: 'Sorted newest first.',
    method: 'get',
    path,
    tag,
    scope: scopes.read,
    query: pageQuerySchema,
    answers: { 200: jsonAnswer(`A page of ${nameKinds(kind)}`, pageSchema(schema).meta({ id: name })) },
    handle: async (call) => {
      const { limit, cursor = null } = call.query;
      return answerPage(call.c, await load(call, { limit, cursor }), show);
    },
  });
}

/** Defines `GET /v1/<resources>/{id}`. */
export function defineGet<View extends z.ZodObject, Stored>(
  resource: Resource<View, Stored>,
  { find, ...words }: Words & { find(call: CallOn): Promise<Stored | null> },
): Endpoint {
  return defineShown(resource, { ...words, method: 'get', scope: resource.scopes.read }, find);
}

/** Defines `PATCH /v1/<resources>/{id}`. */
export function defineUpdate<View extends z.ZodObject, Stored, Value>(
  resource: Resource<View, Stored>,
  { update, ...words }: Words & { body: Body<Value>; update(call: CallOn<Value>): Promise<Stored | null> },
): Endpoint {
  return defineShown(resource, { ...words, method: 'patch', scope: resource.scopes.write }, update);
}

/** Defines `DELETE /v1/<resources>/{id}`. */
export function defineDelete<View extends z.ZodObject, Stored>(
  { kind, path, tag, scopes }: Resource<View, Stored>,
  { remove, ...words }: Words & { remove(call: CallOn): Promise<boolean> },
): Endpoint {
  return defineEndpoint({
    ...words,
    method: 'delete',
    path: `${path}/{${kind}Id}`,
    tag,
    scope: scopes.write,
    answers: { 204: { description: 'It is gone' } },
    handle: async (call) => {
      const id = readId(kind, call);
      requireFound((await remove({ ...call, id })) ? id : null, nameKind(kind), id);
      return call.c.body(null, 204);
    },
  });
}

/** Defines an operation on one resource that answers with it. */
function defineShown<View extends z.ZodObject, Stored, Value>(
  { kind, path, tag, schema, show }: Resource<View, Stored>,
  facts: Words & { method: 'get' | 'patch'; scope: ApiScope; body?: Body<Value> },
  act: (call: CallOn<Value>) => Promise<Stored | null>,
): Endpoint {
  return defineEndpoint({
    ...facts,
    path: `${path}/{${kind}Id}`,
    tag,
    answers: { 200: jsonAnswer(`The ${nameKind(kind)}`, schema) },
    handle: async (call) => {
      const id = readId(kind, call);
      return call.c.json(show(requireFound(await act({ ...call, id }), nameKind(kind), id)), 200);
    },
  });
}

function readId(kind: IdKind, { params }: Pick<Call, 'params'>): string {
  const id = params[`${kind}Id`];
  if (id === undefined) throw new Error(`The path has no ${kind}Id`);
  return id;
}
