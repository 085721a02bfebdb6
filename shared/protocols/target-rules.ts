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
