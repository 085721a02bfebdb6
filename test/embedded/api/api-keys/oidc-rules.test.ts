import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOidcIssuer } from '../../../support/servers/oidc-issuer.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

const sub = 'repo:my-org/my-repo:ref:refs/heads/main';
const audience = 'tokenmeter';
let issuer: Awaited<ReturnType<typeof startOidcIssuer>>;
let bench: ApiBench;
beforeAll(async () => {
  issuer = await startOidcIssuer();
  bench = await openApiBench({ OIDC_ISSUERS: issuer.url, EGRESS: 'loopback' });
});
afterAll(() => Promise.all([issuer.close(), bench.close()]));

const create = (change = {}, key?: string) => {
  const body = { name: 'ci', issuer: issuer.url, audience, claims: { sub }, scopes: ['runs:read'], ...change };
  return bench.ask('POST', '/v1/oidc-rules', key === undefined ? { body } : { body, key });
};

async function exchange(oidcRuleId: string) {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const times = { iat: nowSeconds, exp: nowSeconds + 300 };
  const token = await issuer.sign({ iss: issuer.url, aud: audience, sub, jti: `${Math.random()}`, ...times });
  return bench.ask('POST', '/v1/oidc-tokens', { key: null, body: { tenantId: bench.tenantId, oidcRuleId, token } });
}

describe('an OIDC rule', () => {
  test('accepts only issuers that the operator lists', async () => {
    const refused = await create({ issuer: 'https://evil.example.com' });
    expect(refused.status).toBe(400);
    expect(refused.json.faults[0]).toMatchObject({ pointer: '/issuer', fault: 'is not allowed here' });
    const off = await openApiBench();
    const body = { name: 'ci', issuer: issuer.url, audience, claims: { sub }, scopes: ['runs:read'] };
    const answer = await off.ask('POST', '/v1/oidc-rules', { body });
    await off.close();
    expect(answer.json.faults[0].remedy).toContain('This deployment accepts no OIDC tokens');
  });

  test.each([
    {},
    { sub: '*' },
    { sub: 'repo:*' },
    { sub: 'repo:my-org*' },
    { sub: 'repo:*/my-repo:*' },
    { ref: 'main' },
  ])('names whose tokens are meant: not %j', async (claims) => {
    const refused = await create({ claims });
    expect(refused.status).toBe(400);
    expect(refused.json.faults[0].pointer).toBe('/claims/sub');
  });

  test('gives only scopes that the calling key has, and expires with that key', async () => {
    const key = await bench.keyWith(['api-keys:write', 'runs:read']);
    expect((await create({ scopes: ['runs:write'] }, key)).status).toBe(403);
    const expiresAt = new Date(Date.now() + 1_800_000).toISOString();
    const scopes = ['api-keys:write', 'runs:read'];
    const short = (await bench.ask('POST', '/v1/api-keys', { body: { name: 'k', scopes, expiresAt } })).json;
    const rule = (await create({}, short.key)).json;
    expect(rule).toMatchObject({ expiresAt: short.expiresAt, createdBy: short.apiKeyId });
    expect((await exchange(rule.oidcRuleId)).json.expiresAt).toBe(short.expiresAt);
  });

  test('that is deleted revokes the keys of its tokens', async () => {
    const { oidcRuleId } = (await create()).json;
    const { key } = (await exchange(oidcRuleId)).json;
    expect((await bench.ask('GET', '/v1/runs', { key })).status).toBe(200);
    expect((await bench.ask('DELETE', `/v1/oidc-rules/${oidcRuleId}`)).status).toBe(204);
    expect((await bench.ask('GET', '/v1/runs', { key })).status).toBe(401);
  });

  test('is deleted with the key that created it if its revocation cascades, and its keys are revoked', async () => {
    const scopes = ['api-keys:write', 'runs:read'];
    const stolen = (await bench.ask('POST', '/v1/api-keys', { body: { name: 'stolen', scopes } })).json;
    const { oidcRuleId } = (await create({}, stolen.key)).json;
    const { key } = (await exchange(oidcRuleId)).json;
    await bench.ask('DELETE', `/v1/api-keys/${stolen.apiKeyId}?cascade=true`);
    expect((await bench.ask('GET', '/v1/runs', { key })).status).toBe(401);
    expect((await exchange(oidcRuleId)).status).toBe(401);
    expect((await bench.ask('GET', `/v1/oidc-rules/${oidcRuleId}`)).status).toBe(404);
  });
});
