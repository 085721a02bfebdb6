import { describe, expect, test } from 'vitest';
import { functionNames, functionPermissions } from '../../../../infra/aws/stack/function-settings.ts';
import { type SecretKind, secretKinds } from '../../../../shared/secrets/secret-kinds.ts';
import { isAllowedByRole } from './evaluate-policy.ts';
import { synthesize } from './synthesize.ts';

const kinds = Object.keys(secretKinds) as SecretKind[]; // the keys of the object

const options = { workerRegions: ['eu-west-1'] };
/** Roles by function name, of the main region and of a worker region. */
const home = readRoles('tokenmeter-test');
const worker = readRoles('tokenmeter-test-eu-west-1');

function readRoles(stackName: string): Map<string, unknown> {
  const prefix = 'Permissions of tokenmeter-test-';
  const roles = synthesize(options, stackName).ofType('AWS::IAM::Role');
  return new Map(roles.map(([, role]) => [String(role['Description']).replace(prefix, ''), role]));
}

/** Lists the kinds of secrets for which the role allows an action, if a call has their names in its context. */
function listKinds(role: unknown, action: string): SecretKind[] {
  const alias = { 'kms:ResourceAliases': ['alias/tokenmeter-test'] };
  return kinds
    .filter((kind) => {
      const values = { ...alias, 'kms:EncryptionContextKeys': secretKinds[kind] };
      return isAllowedByRole(role, { action, values });
    })
    .sort();
}

describe('the role of a function', () => {
  test.each(functionNames)('%s allows only the kinds of secrets that the function needs', (name) => {
    const { seal, open } = functionPermissions[name];
    expect(listKinds(home.get(name), 'kms:Encrypt')).toEqual(seal.toSorted());
    expect(listKinds(home.get(name), 'kms:Decrypt')).toEqual(open.toSorted());
  });

  test('of the notifier opens secrets of webhooks, and nothing else', () => {
    const opens = (names: readonly string[]) =>
      isAllowedByRole(home.get('notifier'), {
        action: 'kms:Decrypt',
        values: { 'kms:EncryptionContextKeys': names },
      });
    expect(opens(['tenantId', 'webhookEndpointId'])).toBe(true);
    for (const names of [
      ['tenantId', 'credentialId'],
      ['tenantId'],
      [],
      // DynamoDB and Systems Manager use the same key with these names.
      ['aws:dynamodb:tableName', 'aws:dynamodb:subscriberId'],
      ['PARAMETER_ARN'],
      ['tenantId', 'webhookEndpointId', 'credentialId'],
      ['WebhookEndpointId', 'tenantId'],
    ])
      expect(opens(names), names.join()).toBe(false);
  });

  test('in a worker region has the same kinds, and only with the key of the stage', () => {
    expect(listKinds(worker.get('worker'), 'kms:Decrypt')).toEqual(functionPermissions.worker.open.toSorted());
    expect(listKinds(worker.get('worker'), 'kms:Encrypt')).toEqual([]);
    const values = {
      'kms:ResourceAliases': ['alias/other'],
      'kms:EncryptionContextKeys': secretKinds.credential,
    };
    expect(isAllowedByRole(worker.get('worker'), { action: 'kms:Decrypt', values })).toBe(false);
  });
});

describe('the names of a kind of secret', () => {
  test('have none in common with another kind, except the tenant', () => {
    const names = kinds.flatMap((kind): readonly string[] => secretKinds[kind]).filter((name) => name !== 'tenantId');
    expect(new Set(names).size).toBe(names.length);
    for (const kind of kinds) expect(secretKinds[kind]).toContain('tenantId');
  });
});
