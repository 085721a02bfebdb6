import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAwsCredential } from '../../../shared/spec/aws-credential.ts';
import { protocols } from '../../../shared/spec/run-spec.ts';
import { secretsOf } from '../../../shared/spec/secrets-of.ts';
import { authOf, regionOf, signingService } from '../../../shared/spec/target-auth.ts';

const accessKeyId = 'AKIDEXAMPLEEXAMPLE12';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG';

describe('regionOf', () => {
  test.each([
    ['https://bedrock-runtime.us-east-1.amazonaws.com', 'us-east-1'],
    ['https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/', 'us-gov-west-1'],
    ['https://runtime.sagemaker.cn-north-1.amazonaws.com.cn/endpoints/x', 'cn-north-1'],
    ['https://vpce-1-2.bedrock-runtime.eu-central-2.vpce.amazonaws.com', 'eu-central-2'],
    ['https://us-east-1.example.com', null],
    ['https://us-east-1.amazonaws.com.evil.example', null],
    ['http://127.0.0.1:4566', null],
    ['no URL', null],
  ])('%s tells %s', (baseUrl, region) => {
    expect(regionOf({ baseUrl })).toBe(region);
    expect(regionOf({ baseUrl, region: 'ap-south-1' })).toBe('ap-south-1');
  });
});

test('a target’s own auth comes before its protocol’s, and only AWS’s protocols are signed', () => {
  for (const protocol of protocols) {
    expect(authOf({ protocol }).style === 'sigv4').toBe(signingService(protocol) !== null);
    expect(authOf({ protocol, auth: { style: 'none' } })).toEqual({ style: 'none' });
  }
});

describe('readAwsCredential', () => {
  test('reads our spelling and the AWS tools’', () => {
    const credential = { accessKeyId, secretAccessKey, sessionToken: 't' };
    expect(readAwsCredential(JSON.stringify(credential))).toEqual(credential);
    expect(
      readAwsCredential(
        JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: 't' }),
      ),
    ).toEqual(credential);
  });

  test('takes nothing else for one', () => {
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

  test('every part of one is a secret, and so is the whole text', () => {
    const text = JSON.stringify({ accessKeyId, secretAccessKey, sessionToken: 'token' });
    expect(new Set(secretsOf(text))).toEqual(new Set([text, accessKeyId, secretAccessKey, 'token']));
    expect(secretsOf('sk-1')).toEqual(['sk-1']);
    expect(secretsOf(null)).toEqual([]);
  });
});
