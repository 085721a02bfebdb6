import { describe, expect, test } from 'vitest';
import { checkRoles } from '../../../../shared/runs/checks/check-role.ts';
import { runSpecInputSchema } from '../../../../shared/spec/run-spec.ts';

const tenantId = 'ten_00000000000000000000000001';
const egress = { level: 'public', loopbackPorts: null, ownPorts: [] } as const;
const targetRoles = { workerTenants: [tenantId], assumable: ['arn:aws:iam::*:role/tokenmeter-*'] };
const ownRole = 'arn:aws:iam::123456789012:role/tokenmeter-models';
const bedrock = 'https://bedrock-runtime.eu-west-1.amazonaws.com';

function check(fields: { role: string; baseUrl?: string; protocol?: string }, settings = {}, tenant = tenantId) {
  const { role, baseUrl = bedrock, protocol = 'bedrock-converse' } = fields;
  const auth = { style: 'sigv4', role };
  const target = { protocol, baseUrl, model: 'm', region: 'eu-west-1', auth };
  const load = { mode: 'concurrency', stages: [{ concurrency: 1, requests: 1 }] };
  const spec = runSpecInputSchema.parse({ targets: [target], load });
  return checkRoles({ targetRoles, egress, ...settings }, tenant, spec).map(({ pointer, fault }) => [pointer, fault]);
}

describe('the role of a target', () => {
  test('is that of the workers only for tenants that the operator lists', () => {
    expect(check({ role: 'worker' })).toEqual([]);
    const refused = [['/targets/0/auth/role', 'is the role of the workers, which your tenant may not use']];
    expect(check({ role: 'worker' }, {}, 'ten_00000000000000000000000002')).toEqual(refused);
    expect(check({ role: 'worker' }, { targetRoles: { workerTenants: [], assumable: [] } })).toEqual(refused);
    expect(check({ role: 'worker' }, { targetRoles: { workerTenants: ['any'], assumable: [] } }, 'ten_x')).toEqual([]);
  });

  test('is another role only if a pattern of the operator matches all of it', () => {
    expect(check({ role: ownRole })).toEqual([]);
    for (const role of ['arn:aws:iam::123456789012:role/admin', 'arn:aws:iam::123456789012:role/x/tokenmeter-models'])
      expect(check({ role })).toEqual([['/targets/0/auth/role', 'is a role that this deployment does not assume']]);
  });
});

describe('a target with a role', () => {
  test.each([
    ['bedrock-converse', 'https://bedrock-runtime.us-east-1.amazonaws.com'],
    ['bedrock-converse', 'https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com'],
    ['bedrock-converse', 'https://vpce-0a-1b.bedrock-runtime.us-east-1.vpce.amazonaws.com'],
    ['bedrock-converse', 'https://bedrock-runtime.us-east-1.api.aws'],
    ['sagemaker', 'https://runtime.sagemaker.cn-north-1.amazonaws.com.cn'],
  ])('is at AWS: %s %s', (protocol, baseUrl) => {
    expect(check({ role: ownRole, protocol, baseUrl })).toEqual([]);
  });

  // A signature for another host could be sent on, and a customer's host names also end in amazonaws.com.
  test.each([
    'https://evil.example.com',
    'http://bedrock-runtime.us-east-1.amazonaws.com',
    'https://bedrock-runtime.us-east-1.amazonaws.com.evil.example.com',
    'https://ec2-1-2-3-4.us-east-1.compute.amazonaws.com',
    'https://vpce-0a.vpce-svc-0b.us-east-1.vpce.amazonaws.com',
    'https://runtime.sagemaker.us-east-1.amazonaws.com',
    'http://127.0.0.1:8788',
  ])('is nowhere else: %s', (baseUrl) => {
    const fault = 'is not an HTTPS address of the AWS service, but auth.role signs only for AWS';
    expect(check({ role: ownRole, baseUrl })).toEqual([['/targets/0/baseUrl', fault]]);
  });

  test('may be a server of this machine, if the deployment allows this machine', () => {
    const settings = { egress: { ...egress, level: 'loopback' } };
    expect(check({ role: ownRole, baseUrl: 'http://127.0.0.1:8788' }, settings)).toEqual([]);
  });
});
