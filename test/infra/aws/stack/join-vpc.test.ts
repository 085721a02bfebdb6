import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { synthesize } from './synthesize.ts';

const vpcs = {
  'us-east-1': { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] },
  'eu-west-1': { subnetIds: ['subnet-1a1b2c3d', 'subnet-2a1b2c3d'], securityGroupIds: ['sg-1a1b2c3d'] },
};
const options = { vpcs, workerRegions: ['eu-west-1'] };

describe('a VPC', () => {
  const home = synthesize(options);
  const away = synthesize(options, 'tokenmeter-test-eu-west-1');
  const listJoined = ({ ofType }: typeof home) =>
    ofType('AWS::Lambda::Function')
      .filter(([, { VpcConfig }]) => VpcConfig !== undefined)
      .map(([, { FunctionName, VpcConfig }]) => [FunctionName, VpcConfig]);

  test('has the functions that connect to addresses of users, and no other', () => {
    const config = { SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] };
    expect(listJoined(home).sort()).toEqual([
      ['tokenmeter-test-notifier', config],
      ['tokenmeter-test-worker', config],
    ]);
    const elsewhere = { SubnetIds: ['subnet-1a1b2c3d', 'subnet-2a1b2c3d'], SecurityGroupIds: ['sg-1a1b2c3d'] };
    expect(listJoined(away)).toEqual([['tokenmeter-test-worker', elsewhere]]);
    expect(listJoined(synthesize())).toEqual([]);
  });

  test('gives rights to network interfaces only to roles of its functions, and refuses them to their code', () => {
    for (const [, role] of home.ofType('AWS::IAM::Role')) {
      const text = JSON.stringify(role);
      const isJoined = /Permissions of tokenmeter-test-(notifier|worker)"/.test(text);
      expect(text.includes('ec2:')).toBe(isJoined);
      expect(text.includes('"Effect":"Deny"')).toBe(isJoined);
      expect(text.includes('"lambda:SourceFunctionArn"')).toBe(isJoined);
      expect(role['ManagedPolicyArns']).toBeUndefined();
    }
  });

  test('adds no finding of cdk-nag', () => {
    expect(new AwsSolutionsChecks().validateScope(home.app).violations).toEqual([]);
  });
});
