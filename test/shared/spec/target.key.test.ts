import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAwsCredential } from '../../../shared/spec/target-key.ts';
import { listSecrets, noSecrets } from '../../../shared/spec/target-secrets.ts';

const accessKeyId = 'AKIDEXAMPLEEXAMPLE12';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG';

describe('readAwsCredential', () => {
  test('accepts the spellings of Tokenmeter and the AWS tools', () => {
    const credential = { accessKeyId, secretAccessKey, sessionToken: 't' };
    expect(readAwsCredential(JSON.stringify(credential))).toEqual(credential);
    expect(
      readAwsCredential(
        JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: 't' }),
      ),
    ).toEqual(credential);
  });

  test('returns null for any other text', () => {
    for (const text of [
      '',
      'sk-1',
      '{',
      '[]',
      'null',
      '{}',
      '"x"',
      JSON.stringify({ accessKeyId, secretAccessKey: 'short' }),
    ])
      expect(readAwsCredential(text)).toBeNull();
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (text) => readAwsCredential(text) === null));
  });

  test('lists the whole text and each part as secrets', () => {
    const text = JSON.stringify({ accessKeyId, secretAccessKey, sessionToken: 'token' });
    const list = (apiKey: string | null) => listSecrets({ ...noSecrets, apiKey });
    expect(new Set(list(text))).toEqual(new Set([text, accessKeyId, secretAccessKey, 'token']));
    expect(list('sk-1')).toEqual(['sk-1']);
    expect(list(null)).toEqual([]);
    expect(listSecrets({ apiKey: 'sk-1', secretHeaders: { 'x-a': 'b' }, clientKey: 'k' })).toEqual(['sk-1', 'b', 'k']);
    const login = `Basic ${Buffer.from('user:pass:word').toString('base64')}`;
    const secretHeaders = { 'proxy-authorization': login, cookie: 'Basic Og==' };
    expect(listSecrets({ ...noSecrets, secretHeaders })).toEqual([login, 'Basic Og==', 'pass:word']);
  });
});
