import type { Config } from '../../config.ts';
import { classifyAddress } from '../../egress/classify-address.ts';
import { buildJsonPointer, type Fault, findFault } from '../../errors/app-error.ts';
import { matchesPattern } from '../../matches-pattern.ts';
import { protocols } from '../../protocols/registry.ts';
import { findRole, isAwsAddress } from '../../protocols/target-rules.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';

type Settings = Pick<Config, 'targetRoles' | 'egress'>;
type TargetInput = RunSpecInput['targets'][number];

/**
 * Checks the AWS roles of targets: whether this deployment may use them for the tenant, and whether the target is an
 * address of AWS. A signature with a role of the deployment is sent nowhere else.
 */
export function checkRoles(settings: Settings, tenantId: string, { targets }: Pick<RunSpecInput, 'targets'>): Fault[] {
  return targets.flatMap((target, index) => {
    const role = findRole(target);
    if (role === null) return [];
    const at = (...path: string[]) => buildJsonPointer(['targets', index, ...path]);
    const refusal = findRefusal(settings, tenantId, role);
    return [
      ...(refusal === null ? [] : [{ pointer: at('auth', 'role'), ...refusal }]),
      ...findFault(!isAwsAddress(target) && !isOfThisMachine(settings, target), {
        pointer: at('baseUrl'),
        fault: 'is not an HTTPS address of the AWS service, but auth.role signs only for AWS',
        remedy: `Use an address such as https://${protocols[target.protocol].awsHosts?.[0] ?? 'bedrock-runtime'}.us-east-1.amazonaws.com`,
      }),
    ];
  });
}

function findRefusal(
  { targetRoles: { workerTenants, assumable } }: Settings,
  tenantId: string,
  role: string,
): Omit<Fault, 'pointer'> | null {
  if (role === 'worker') {
    if (workerTenants.includes('any') || workerTenants.includes(tenantId)) return null;
    const remedy = `Use the ARN of a role, or apiKey. The operator can add ${tenantId} to WORKER_ROLE_TENANTS`;
    return { fault: 'is the role of the workers, which your tenant may not use', remedy };
  }
  if (assumable.some((pattern) => matchesPattern(role, pattern))) return null;
  const listed = assumable.length === 0 ? '' : ` It allows ${assumable.join(', ')}`;
  const remedy = `Use apiKey, or ask the operator to add the role to ASSUMABLE_ROLES.${listed}`;
  return { fault: 'is a role that this deployment does not assume', remedy };
}

/** Returns whether a target is a server of this machine, such as a simulated one, that the deployment allows. */
function isOfThisMachine({ egress }: Settings, { baseUrl }: TargetInput): boolean {
  if (egress.level === 'public' || !URL.canParse(baseUrl)) return false;
  return classifyAddress(new URL(baseUrl).hostname.replace(/^\[|\]$/g, '')) === 'loopback';
}
