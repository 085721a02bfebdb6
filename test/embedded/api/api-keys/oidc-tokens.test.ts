import type { JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type IssuerFault, startOidcIssuer } from '../../../support/servers/oidc-issuer.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

type Issuer = Awaited<ReturnType<typeof startOidcIssuer>>;

const audience = 'https://tokenmeter.example.com';
const sub = 'repo:my-org/my-repo:ref:refs/heads/main';
let issuer: Issuer;
let stranger: Issuer;
let bench: ApiBench;
let jti = 0;

beforeAll(async () => {
  [issuer, stranger] = await Promise.all([startOidcIssuer(), startOidcIssuer()]);
  const settings = { OIDC_ISSUERS: issuer.url, EGRESS: 'loopback', RATE_LIMIT_PER_MINUTE: '200' };
  bench = await openApiBench(settings);
});
afterEach(() => {
  vi.useRealTimers();
  issuer.setFault(null);
});
afterAll(() => Promise.all([issuer.close(), stranger.close(), bench.close()]));

const ruleBody = (change = {}) => ({
  ...{ name: 'ci', issuer: issuer.url, audience, claims: { sub }, scopes: ['runs:read', 'runs:write'] },
  ...change,
});

async function makeRule(change = {}, on = bench): Promise<string> {
  const made = await on.ask('POST', '/v1/oidc-rules', { body: ruleBody(change) });
  expect(made.status, made.text).toBe(201);
  return made.json.oidcRuleId;
}

function claim(change: Record<string, unknown> = {}): JWTPayload {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const times = { iat: nowSeconds, exp: nowSeconds + 300 };
  return { iss: issuer.url, aud: audience, sub, jti: `token-${++jti}`, ...times, ...change };
}

const exchange = (oidcRuleId: string, token: string, on = bench) =>
  on.ask('POST', '/v1/oidc-tokens', { key: null, body: { tenantId: on.tenantId, oidcRuleId, token } });

describe('a token of an allowed job', () => {
  test('becomes a key with the scopes and the lifetime of the rule, and nothing more', async () => {
    const oidcRuleId = await makeRule({ keyLifetimeSeconds: 600 });
    const made = await exchange(oidcRuleId, await issuer.sign(claim()));
    expect(made.status, made.text).toBe(201);
    expect(made.json).toMatchObject({
      name: `ci: ${sub}`,
      tenantId: bench.tenantId,
      scopes: ['runs:read', 'runs:write'],
    });
    const lifetimeMs = Date.parse(made.json.expiresAt) - Date.parse(made.json.createdAt);
    expect(lifetimeMs).toBe(600_000);
    expect((await bench.ask('GET', '/v1/runs', { key: made.json.key })).status).toBe(200);
    expect((await bench.ask('GET', '/v1/api-keys', { key: made.json.key })).status).toBe(403);
    const { items } = (await bench.ask('GET', '/v1/audit-events?operationId=exchangeOidcToken')).json;
    expect(items[0]).toMatchObject({ apiKeyId: made.json.apiKeyId, resourceId: oidcRuleId, status: 201 });
  });

  test('works once, even if it is sent 10 times at the same time', async () => {
    const oidcRuleId = await makeRule();
    const token = await issuer.sign(claim());
    const answers = await Promise.all(Array.from({ length: 10 }, () => exchange(oidcRuleId, token)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, json } of answers.filter((each) => each.status !== 201)) {
      expect(status).toBe(401);
      expect(json.faults[0]).toMatchObject({ pointer: '/token', fault: 'was already used' });
    }
    // Not even another rule accepts it.
    expect((await exchange(await makeRule(), token)).json.faults[0].fault).toBe('was already used');
  });

  test('matches claims with * only where the rule has it', async () => {
    const claims = { sub: 'repo:my-org/my-repo:*', repository_id: '42' };
    const oidcRuleId = await makeRule({ claims });
    const other = { sub: 'repo:my-org/my-repo:environment:prod', repository_id: 42 };
    expect((await exchange(oidcRuleId, await issuer.sign(claim(other)))).status).toBe(201);
    const wrong = { ...other, sub: 'repo:my-org/my-repo-2:ref:x', repository_id: ['42'] };
    const refused = await exchange(oidcRuleId, await issuer.sign(claim(wrong)));
    expect(refused.json.faults[0].fault).toBe('has another value than the rule requires in sub, repository_id');
    expect(refused.text).not.toContain('my-repo:*');
  });
});

describe('a token is refused', () => {
  const seconds = () => Math.floor(Date.now() / 1_000);
  const refusals: [string, () => Record<string, unknown>, string][] = [
    ['for another audience', () => ({ aud: 'https://other.example.com' }), 'has no valid aud'],
    ['of another issuer', () => ({ iss: 'https://other.example.com' }), 'has no valid iss'],
    ['of another repository', () => ({ sub: 'repo:evil/my-repo:ref:refs/heads/main' }), 'has another value'],
    ['without an id', () => ({ jti: undefined }), 'has no valid jti'],
    ['without an expiry', () => ({ exp: undefined }), 'has no valid exp'],
    ['that has expired', () => ({ exp: seconds() - 60 }), 'has expired'],
    ['that is not valid yet', () => ({ nbf: seconds() + 120 }), 'has no valid nbf'],
    ['that is a day old', () => ({ iat: seconds() - 90_000 }), 'has'],
    ['that lives for years', () => ({ exp: seconds() + 1e8 }), 'lives too long'],
  ];
  test.each(refusals)('%s', async (_, change, fault) => {
    const answer = await exchange(await makeRule(), await issuer.sign(claim(change())));
    expect(answer.status).toBe(401);
    expect(answer.json.faults[0].fault).toContain(fault);
  });

  test('if it is not signed with a key of the issuer', async () => {
    const oidcRuleId = await makeRule();
    const [header = '', , signature = ''] = (await issuer.sign(claim())).split('.');
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = encode(claim());
    const forged = {
      'by another issuer': await stranger.sign(claim()),
      'with the public key as a secret': await issuer.signWith(Buffer.from(issuer.publicKeyText()), claim()),
      'without a signature': `${encode({ alg: 'none' })}.${body}.`,
      'with the signature of another token': `${header}.${body}.${signature}`,
      'with keys in its own header': await stranger.sign(claim(), { header: { jku: `${stranger.url}/keys` } }),
      'as text': 'not a token',
    };
    for (const [how, token] of Object.entries(forged)) {
      const answer = await exchange(oidcRuleId, token);
      expect(answer.status, how).toBe(401);
    }
    expect(stranger.requests).toEqual([]);
  });

  test('with the same answer for a rule of another tenant, a deleted one, and one that never existed', async () => {
    const oidcRuleId = await makeRule();
    await bench.ask('DELETE', `/v1/oidc-rules/${oidcRuleId}`);
    const token = await issuer.sign(claim());
    const never = `oir_${'0'.repeat(26)}`;
    const foreign = { tenantId: `ten_${'0'.repeat(26)}`, oidcRuleId: await makeRule(), token };
    const answers = [
      await exchange(oidcRuleId, token),
      await exchange(never, token),
      await bench.ask('POST', '/v1/oidc-tokens', { key: null, body: foreign }),
    ];
    for (const { status, json } of answers)
      expect([status, json.faults[0].fault]).toEqual([401, 'belongs to no rule of this tenant']);
  });

  test('if it is beyond the rate limit of its rule', async () => {
    const limited = await openApiBench({ OIDC_ISSUERS: issuer.url, EGRESS: 'loopback', RATE_LIMIT_PER_MINUTE: '2' });
    const oidcRuleId = await makeRule({}, limited);
    const statuses = [];
    for (let k = 0; k < 3; k++) statuses.push((await exchange(oidcRuleId, await issuer.sign(claim()), limited)).status);
    await limited.close();
    expect(statuses).toEqual([201, 201, 429]);
  });
});

describe('an issuer that misbehaves', () => {
  const faults: IssuerFault[] = ['down', 'no-json', 'other-issuer', 'keys-elsewhere', 'keys-down', 'redirect'];
  test.each([...faults, 'endless-keys' as const])('gives no key, and is asked only once in 30 s: %s', async (fault) => {
    const bad = await startOidcIssuer();
    bad.setFault(fault);
    const own = await openApiBench({ OIDC_ISSUERS: bad.url, EGRESS: 'loopback' });
    const oidcRuleId = await makeRule({ issuer: bad.url }, own);
    const token = await bad.sign(claim({ iss: bad.url }));
    const statuses = [];
    for (let k = 0; k < 3; k++) statuses.push((await exchange(oidcRuleId, token, own)).status);
    expect(statuses).toEqual([503, 503, 503]);
    expect(bad.requests.length).toBeLessThanOrEqual(2);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    bad.setFault(null);
    expect((await exchange(oidcRuleId, token, own)).status).toBe(201);
    await Promise.all([own.close(), bad.close()]);
  });

  test('that rotates its key is read again, but not for each unknown key', async () => {
    const oidcRuleId = await makeRule();
    await exchange(oidcRuleId, await issuer.sign(claim()));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    await issuer.rotate('key-2');
    expect((await exchange(oidcRuleId, await issuer.sign(claim()))).status).toBe(201);
    const before = issuer.requests.length;
    for (let k = 0; k < 5; k++)
      expect((await exchange(oidcRuleId, await issuer.sign(claim(), { header: { kid: `x${k}` } }))).status).toBe(401);
    expect(issuer.requests).toHaveLength(before);
  });
});
