import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkTarget } from '../../../shared/spec/check-target.ts';
import { targetSchema } from '../../../shared/spec/target.ts';

const readPem = (name: string): string => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');
const certificate = readPem('certificate.pem');
const key = readPem('key.pem');
const check = (target: object) =>
  checkTarget(targetSchema.parse({ baseUrl: 'https://api.example.com/v1', model: 'm', ...target }), 0, () => []);
const credentialId = `crd_${'0'.repeat(26)}`;

test.each<[string, object]>([
  ['secret headers with a key', { apiKey: 'sk-1', secretHeaders: { 'CF-Access-Client-Secret': 'x', Cookie: 'a=b' } }],
  [
    'an Authorization of a gateway, if the key is elsewhere',
    {
      apiKey: 'sk-1',
      auth: { style: 'header', name: 'api-key' },
      secretHeaders: { Authorization: 'Basic YTpi' },
    },
  ],
  ['names without values, if a credential has them', { credentialId, secretHeaderNames: ['x-a'] }],
  ['a certificate authority', { ca: certificate + certificate }],
  ['a client certificate', { clientCertificate: certificate, clientKey: key }],
  ['a client certificate whose key is in a credential', { clientCertificate: certificate, credentialId }],
])('a target may have %s', (_what, target) => {
  expect(check(target)).toEqual([]);
});

test.each<[string, string, object]>([
  ['a header twice', 'secretHeaders/x-A', { headers: { 'x-a': '1' }, secretHeaders: { 'x-A': '2' } }],
  ['the header of the key', 'secretHeaders/authorization', { apiKey: 'k', secretHeaders: { authorization: 'x' } }],
  ['a header of HTTP', 'secretHeaders/host', { secretHeaders: { host: 'x' } }],
  ['a name without a value', 'secretHeaders/x-a', { secretHeaderNames: ['x-a'] }],
  ['secrets in two places', 'secretHeaders', { credentialId, secretHeaders: { 'x-a': 'b' } }],
  ['a damaged certificate', 'ca', { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }],
  ['a certificate without TLS', 'ca', { ca: certificate, baseUrl: 'http://a.example.com' }],
  ['a certificate without its key', 'clientKey', { clientCertificate: certificate }],
  ['a key without its certificate', 'clientCertificate', { clientKey: key }],
  ['a key that is damaged', 'clientKey', { clientCertificate: certificate, clientKey: key.replace(/[A-Za-z]{9}/, '') }],
])('a target may not have %s', (_what, path, target) => {
  const faults = check(target);
  expect(faults.map(({ pointer }) => pointer)).toEqual([`/targets/0/${path}`]);
  expect(JSON.stringify(faults)).not.toContain(key.slice(40, 60));
});
