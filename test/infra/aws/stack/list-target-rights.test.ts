import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { synthesize } from './synthesize.ts';

const model = 'arn:aws:bedrock:*::foundation-model/amazon.nova-*';
const endpoint = 'arn:aws:sagemaker:us-east-1:123456789012:endpoint/mine';
const roles = 'arn:aws:iam::*:role/tokenmeter-*';

describe('the role of the workers', () => {
  test('calls only listed models, and assumes only listed roles', () => {
    const settings = { ASSUMABLE_ROLES: roles, WORKER_ROLE_TENANTS: 'any' };
    const { app, ofType } = synthesize({ modelArns: [model, endpoint], settings });
    for (const [, role] of ofType('AWS::IAM::Role')) {
      const text = JSON.stringify(role);
      const isWorker = text.includes('Permissions of tokenmeter-test-worker"');
      const statements = [
        { Action: 'bedrock:InvokeModelWithResponseStream', Effect: 'Allow', Resource: model, Sid: 'Models' },
        { Action: 'sagemaker:InvokeEndpointWithResponseStream', Effect: 'Allow', Resource: endpoint, Sid: 'Endpoints' },
        { Action: 'sts:AssumeRole', Effect: 'Allow', Resource: roles, Sid: 'Roles' },
      ];
      for (const statement of statements) expect(text.includes(JSON.stringify(statement))).toBe(isWorker);
    }
    expect(new AwsSolutionsChecks().validateScope(app).violations).toEqual([]);
  });

  test('has no such right by default', () => {
    const text = JSON.stringify(synthesize().ofType('AWS::IAM::Role'));
    expect(text).not.toMatch(/bedrock:|sagemaker:|sts:AssumeRole","Effect":"Allow","Resource"/);
  });

  test('is not offered to tenants if it may call no model', () => {
    expect(() => synthesize({ settings: { WORKER_ROLE_TENANTS: 'any' } })).toThrow(
      'Add models to the option modelArns',
    );
  });
});
