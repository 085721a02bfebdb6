import { describe, expect, test } from 'vitest';
import { readEnvironment, synthesize } from './synthesize.ts';

const vpc = { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] };
const settings = { EGRESS_CIDRS: '10.20.0.0/16' };

describe('the environment of the functions', () => {
  test.each(['loopback', 'any'])('on AWS has a public level and a VPC for private ranges: EGRESS=%s', (level) => {
    expect(() => synthesize({ settings: { EGRESS: level } })).toThrow(
      'On AWS, the setting EGRESS must be public. To reach private addresses, set EGRESS_CIDRS',
    );
    expect(() => synthesize({ settings })).toThrow('Add these regions to the option vpcs: us-east-1');
    const spread = { workerRegions: ['eu-west-1'], vpcs: { 'us-east-1': vpc }, settings };
    expect(() => synthesize(spread)).toThrow('Add these regions to the option vpcs: eu-west-1');
    const [[, worker = {}] = []] = synthesize({ vpcs: { 'us-east-1': vpc }, settings }).ofType('AWS::Lambda::Function');
    expect(readEnvironment(worker)).toMatchObject({ EGRESS: 'public', EGRESS_CIDRS: '10.20.0.0/16' });
  });

  test('refuses a VPC in a region without workers', () => {
    expect(() => synthesize({ vpcs: { 'eu-west-1': vpc } })).toThrow('regions without workers: eu-west-1');
  });
});
