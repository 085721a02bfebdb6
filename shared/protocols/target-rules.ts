import type { Auth, BodyRules } from './descriptor.ts';
import { type Protocol, protocols } from './registry.ts';

/** Returns how the credential is sent: the target's `auth`, or its protocol's default. */
export function resolveAuth(target: { protocol: Protocol; auth?: Auth | undefined }): Auth {
  return target.auth ?? protocols[target.protocol].auth;
}

/** Returns the rules for request bodies: the rules for the target's `payload` if it is set, else for its protocol. */
export function findBodyRules({ protocol, payload }: { protocol: Protocol; payload?: string | undefined }): BodyRules {
  const { body, payloads } = protocols[protocol];
  return (payload === undefined ? undefined : payloads?.[payload]) ?? body;
}

/** Returns the AWS region for signatures: the target's `region`, else the region in an AWS host name, else null. */
export function findRegion(target: { baseUrl: string; region?: string | undefined }): string | null {
  if (target.region !== undefined) return target.region;
  const host = URL.canParse(target.baseUrl) ? new URL(target.baseUrl).hostname : '';
  return /\.([a-z]{2}(?:-[a-z]+)+-\d+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?$/.exec(host)?.[1] ?? null;
}

/** Returns the AWS role that signs a target's requests, or null if a key signs them or they have no signature. */
export function findRole(target: { protocol: Protocol; auth?: Auth | undefined }): string | null {
  const auth = resolveAuth(target);
  return auth.style === 'sigv4' ? (auth.role ?? null) : null;
}

/** Returns whether a URL is an HTTPS address of the AWS service that the protocol belongs to. */
export function isAwsAddress({ protocol, baseUrl }: { protocol: Protocol; baseUrl: string }): boolean {
  const { awsHosts = [] } = protocols[protocol];
  if (awsHosts.length === 0 || !URL.canParse(baseUrl)) return false;
  const { hostname, protocol: scheme } = new URL(baseUrl);
  const names = awsHosts.map((host) => host.replace('.', '\\.')).join('|');
  // A customer's own endpoint services have host names with `vpce-svc`, which this form excludes.
  const form = `^(?:vpce-[a-z0-9-]+\\.)?(?:${names})\\.[a-z0-9-]+\\.(?:vpce\\.)?(?:amazonaws\\.com(?:\\.cn)?|api\\.aws)$`;
  return scheme === 'https:' && new RegExp(form).test(hostname);
}
