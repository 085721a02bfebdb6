import { describe, expect, test } from 'vitest';
import { protocols } from '../../../shared/protocols/registry.ts';
import { findRegion, resolveAuth } from '../../../shared/protocols/target-rules.ts';
import { protocolSchema } from '../../../shared/spec/target.ts';

describe('findRegion', () => {
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
    expect(findRegion({ baseUrl })).toBe(region);
    expect(findRegion({ baseUrl, region: 'ap-south-1' })).toBe('ap-south-1');
  });
});

test('a target’s auth overrides its protocol’s, and only AWS protocols are signed', () => {
  for (const protocol of protocolSchema.options) {
    expect(resolveAuth({ protocol }).style === 'sigv4').toBe(protocols[protocol].signingService !== undefined);
    expect(resolveAuth({ protocol, auth: { style: 'none' } })).toEqual({ style: 'none' });
  }
});
