import type { Auth, BodyRules } from './descriptor.ts';
import { type Protocol, protocols } from './registry.ts';

/** Returns how the credential is sent: the target's `auth`, or the default of its protocol. */
export function resolveAuth(target: { protocol: Protocol; auth?: Auth | undefined }): Auth {
  return target.auth ?? protocols[target.protocol].auth;
}

/** Returns the body rules of the target's protocol, or of its container's payload. */
export function findBodyRules({ protocol, payload }: { protocol: Protocol; payload?: string | undefined }): BodyRules {
  const { body, payloads } = protocols[protocol];
  return (payload === undefined ? undefined : payloads?.[payload]) ?? body;
}

/** Returns the AWS region to sign for: the target's own, or the one in an AWS host name; null if neither has one. */
export function findRegion(target: { baseUrl: string; region?: string | undefined }): string | null {
  if (target.region !== undefined) return target.region;
  const host = URL.canParse(target.baseUrl) ? new URL(target.baseUrl).hostname : '';
  return /\.([a-z]{2}(?:-[a-z]+)+-\d+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?$/.exec(host)?.[1] ?? null;
}
