import type { CredentialRecord } from '../../../shared/records/records.ts';
import { sealCredential } from '../../../shared/runs/seal-credential.ts';
import { jsonBody } from '../http/body/json-body.ts';
import { type CallOn, defineCreate, defineDelete, defineGet, defineList } from '../http/define-resource.ts';
import { showRecord } from '../http/show-record.ts';
import { credentialBodySchema, credentialSchema } from './schemas.ts';

const credentials = {
  kind: 'credential',
  path: '/v1/credentials',
  tag: 'Credentials',
  scopes: { read: 'credentials:read', write: 'credentials:write' },
  schema: credentialSchema,
  show: (record: CredentialRecord) => showRecord(credentialSchema, { ...record, origin: record.origin ?? null }),
} as const;

/** Finds a stored credential of the tenant. Ephemeral credentials of runs are hidden. */
async function findLasting({ deps, tenantId, id }: CallOn): Promise<CredentialRecord | null> {
  const credential = await deps.credentials.get(tenantId, id);
  return credential === null || credential.ephemeral ? null : credential;
}

export const credentialEndpoints = [
  defineCreate(credentials, {
    operationId: 'createCredential',
    summary: 'Create a credential',
    description:
      'Stores the API key of a target encrypted and never returns it. A run spec refers to it by `credentialId`.',
    body: jsonBody(credentialBodySchema),
    create: async ({ deps, tenantId, body }, { resourceId: credentialId }) => {
      const credential = await sealCredential(deps, { ...body, credentialId, tenantId, expiresAtMs: null });
      await deps.credentials.put(credential);
      return credential;
    },
  }),
  defineList(credentials, {
    operationId: 'listCredentials',
    summary: 'List credentials',
    load: ({ deps, tenantId }, page) => deps.credentials.list(tenantId, page),
  }),
  defineGet(credentials, {
    operationId: 'getCredential',
    summary: 'Get a credential',
    find: findLasting,
  }),
  defineDelete(credentials, {
    operationId: 'deleteCredential',
    summary: 'Delete a credential',
    description:
      'Takes effect immediately. Batches of active runs that have not opened the credential end with the reason `credential_missing`.',
    remove: async (call) => (await findLasting(call)) !== null && call.deps.credentials.remove(call.tenantId, call.id),
  }),
];
