import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bootstrapApiKey } from '../../../functions/api/api-keys/create-api-key.ts';
import { apiScopes } from '../../../shared/records/records.ts';
import { type ApiBench, leastSpec, openApiBench } from '../../support/service/api-bench.ts';
import { type ContractOperation, listOperations } from '../../support/service/contract.ts';
import { createTenantResources } from '../../support/service/tenant-resources.ts';
import { recordCases } from '../record-cases.ts';

let bench: ApiBench;
/** Ids of the tenant that is attacked. */
let victim: Record<string, string>;
/** A key with all scopes, and keys with one scope each, of the tenant that attacks. */
let attackerKey: string;
const keysByScope = new Map<string, string>();

beforeAll(async () => {
  bench = await openApiBench({ MAX_ACTIVE_RUNS_PER_TENANT: '10000' }, {}, 'embedded');
  victim = await createTenantResources(bench);
  attackerKey = (await bootstrapApiKey(bench.deps)).key;
  for (const scope of apiScopes) {
    const made = await bench.ask('POST', '/v1/api-keys', { key: attackerKey, body: { name: scope, scopes: [scope] } });
    keysByScope.set(scope, made.json.key);
  }
});
afterAll(() => bench.close());

const operations = listOperations();
const fillPath = (path: string) => path.replace(/\{(\w+)\}/g, (_, name: string) => victim[name] ?? name);

/** Reads the victim's items, each as text. Requests of the attacker must not change them. */
async function readVictimItems(): Promise<string[]> {
  const items = z.array(z.unknown()).parse(JSON.parse(await bench.dump()));
  const marks = [bench.tenantId, victim['runId'] ?? ''];
  // The audit log of the attacker names the ids that the attacker has sent.
  const isOfAttacker = (text: string) => text.includes('AUDIT_EVENT#') && !text.includes(`TENANT#${bench.tenantId}`);
  return items
    .map((item) => JSON.stringify(item))
    .filter((text) => marks.some((mark) => text.includes(mark)) && !isOfAttacker(text));
}

/** Statuses of an operation for a key with one scope: refused without the scope, and not found with a foreign id. */
function isExpected({ path, scope: required }: ContractOperation, scope: string, status: number): boolean {
  if (status >= 500) return false;
  if (required === null) return true;
  if (scope !== required && scope !== 'admin') return status === 403;
  // The name of a price is unique in a tenant only, so the caller may create and delete its own entry.
  return !/\{\w+Id\}/.test(path) || status === 404;
}

const victimReferences = (): [what: string, method: string, path: string, body: unknown][] => {
  const target = { baseUrl: 'https://api.example.com/v1', model: 'm' };
  const { credentialId, datasetId, runId } = victim;
  const specs = {
    credential: leastSpec({ targets: [{ ...target, credentialId }] }),
    dataset: leastSpec({ workload: { kind: 'dataset', datasetId } }),
    baseline: leastSpec({ baseline: { runId } }),
  };
  const checked = { targets: specs.credential['targets'] };
  return [
    ['credential', 'POST', '/v1/target-checks', checked],
    ...Object.entries(specs).flatMap(([what, spec]): [string, string, string, unknown][] => [
      [what, 'POST', '/v1/runs', spec],
      [what, 'POST', '/v1/estimates', spec],
      [what, 'POST', '/v1/schedules', { intervalMs: 3_600_000, spec }],
    ]),
  ];
};

describe('Another tenant', () => {
  test.for(apiScopes)('a key with only %s reaches no resource of another tenant', async (scope, context) => {
    const key = keysByScope.get(scope) ?? '';
    const before = await readVictimItems();
    const wrong: string[] = [];
    // Operations that require `admin` are for the administrators of all tenants.
    for (const operation of operations.filter((each) => scope !== 'admin' || each.scope !== 'admin')) {
      const { method, path, example } = operation;
      const sent = example === null ? {} : { body: example };
      const { status, text } = await bench.ask(method, fillPath(path), { key, ...sent });
      // The audit log of the attacker's tenant names the ids that the attacker has sent.
      const isOwnLog = path === '/v1/audit-events';
      const isLeaked =
        !isOwnLog && Object.values(victim).some((id) => id.length > 20 && status < 300 && text.includes(id));
      if (isLeaked || !isExpected(operation, scope, status)) wrong.push(`${method} ${path}: ${status}`);
    }
    recordCases(context, operations.length, 'refused, or not found');
    expect(wrong).toEqual([]);
    expect(await readVictimItems()).toEqual(before);
  });

  test('a spec cannot refer to a credential, dataset, or run of another tenant', async (context) => {
    const references = victimReferences();
    for (const [what, method, path, body] of references) {
      const { status, text } = await bench.ask(method, path, { key: attackerKey, body });
      expect([what, path, status]).toEqual([what, path, 422]);
      expect(text).not.toContain('lastFour');
    }
    const compared = await bench.ask('GET', `/v1/compare?runs=${victim['runId']},${victim['runId']}`, {
      key: attackerKey,
    });
    expect(compared.status).toBeGreaterThanOrEqual(400);
    expect(compared.status).toBeLessThan(500);
    recordCases(context, references.length + 1);
  });

  test('a bulk deletion deletes no run of another tenant', async (context) => {
    const before = await readVictimItems();
    const selections = [
      { runIds: [victim['runId']] },
      { filter: { status: ['completed'] } },
      { filter: { createdFrom: '2020-01-01T00:00:00.000Z' } },
      { filter: { search: '' } },
    ];
    for (const body of selections) {
      const { json, text } = await bench.ask('POST', '/v1/runs/bulk-delete', { key: attackerKey, body });
      expect(json.deleted ?? [], text).not.toContain(victim['runId']);
    }
    recordCases(context, selections.length);
    expect(await readVictimItems()).toEqual(before);
  });

  test('a key with few scopes cannot create a key with more', async (context) => {
    const apiKeysWrite = keysByScope.get('api-keys:write') ?? '';
    const wanted = apiScopes.filter((scope) => scope !== 'api-keys:write');
    for (const scope of wanted) {
      const body = { name: 'more', scopes: ['api-keys:write', scope] };
      expect((await bench.ask('POST', '/v1/api-keys', { key: apiKeysWrite, body })).status, scope).toBe(403);
    }
    recordCases(context, wanted.length);
  });

  test('a list, and a cursor of another tenant, show nothing', async (context) => {
    const kinds = ['runs', 'datasets', 'credentials', 'webhook-endpoints', 'schedules', 'deliveries'];
    const named = [`audit-events?resourceId=${victim['runId']}`, 'usage/days', `deliveries?runId=${victim['runId']}`];
    const lists = [...kinds, ...named].map((kind) => `/v1/${kind}`);
    const other = (await bootstrapApiKey(bench.deps)).key;
    for (const path of lists) expect((await bench.ask('GET', path, { key: other })).json.items, path).toEqual([]);
    await bench.ask('POST', '/v1/runs', { body: leastSpec() });
    const { cursor } = (await bench.ask('GET', '/v1/runs?limit=1')).json;
    const stolen = await bench.ask('GET', `/v1/runs?cursor=${encodeURIComponent(cursor)}`, { key: other });
    expect(stolen.status).toBe(400);
    recordCases(context, lists.length + 1);
  });
});
