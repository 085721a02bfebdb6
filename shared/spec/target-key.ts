import { z } from 'zod';
import type { Auth } from '../protocols/auth.ts';
import { type Protocol, protocols } from '../protocols/registry.ts';
import { resolveAuth } from '../protocols/target-rules.ts';

/** A target's key as text, or AWS credentials as JSON, which may contain spaces and line breaks. Write-only. */
export const keySchema = z
  .string()
  .min(1)
  .max(4_096)
  .regex(/^(?:[\x21-\x7e]+|\s*\{[\x20-\x7e\t\r\n]*\}\s*)$/, 'must be printable ASCII without spaces');

/** Tells how to give AWS credentials, for faults. */
export const awsCredentialRemedy =
  'Give JSON such as {"accessKeyId": "AKIA…", "secretAccessKey": "…"}, with "sessionToken" for temporary credentials';

const awsCredentialSchema = z.object({
  accessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/),
  secretAccessKey: z.string().min(16).max(256).regex(/^\S+$/),
  sessionToken: z
    .string()
    .min(1)
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
});
export type AwsCredential = z.infer<typeof awsCredentialSchema>;

/**
 * Reads AWS credentials from a credential's text: JSON with `accessKeyId`, `secretAccessKey` and, if they are temporary,
 * `sessionToken`, in this spelling or the AWS tools' own (`AccessKeyId`, …). Null if the text is anything else.
 */
export function readAwsCredential(text: string): AwsCredential | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value).map(([name, part]) => [name.charAt(0).toLowerCase() + name.slice(1), part]);
  return awsCredentialSchema.safeParse(Object.fromEntries(entries)).data ?? null;
}

/** Returns every text that must never be shown of a target's credential: all of it, and the parts of AWS credentials. */
export function listSecrets(apiKey: string | null): string[] {
  if (apiKey === null) return [];
  const aws = readAwsCredential(apiKey);
  if (aws === null) return [apiKey];
  const { accessKeyId, secretAccessKey, sessionToken } = aws;
  return [apiKey, secretAccessKey, accessKeyId, ...(sessionToken === undefined ? [] : [sessionToken])];
}

/** What a credential's text is: one key to send as it is, AWS credentials to sign with, or JSON that is neither. */
export type KeyForm = 'plain' | 'aws' | 'json';

export function detectKeyForm(text: string): KeyForm {
  if (readAwsCredential(text) !== null) return 'aws';
  return text.trimStart().startsWith('{') ? 'json' : 'plain';
}

/** Returns why a target cannot use a credential of this form, with what to do; null if it can. */
export function findKeyFault(
  target: { protocol: Protocol; auth?: Auth | undefined },
  form: KeyForm,
): { fault: string; remedy: string } | null {
  if (resolveAuth(target).style === 'sigv4')
    return form === 'aws' ? null : { fault: 'does not hold AWS credentials', remedy: awsCredentialRemedy };
  if (form === 'plain') return null;
  return { fault: `is JSON, and this target sends one key as it is`, remedy: findPlainKeyRemedy(target.protocol) };
}

function findPlainKeyRemedy(protocol: Protocol): string {
  const { keyRemedy, signingService } = protocols[protocol];
  if (keyRemedy !== undefined) return keyRemedy;
  return signingService === undefined
    ? 'Give the key alone'
    : 'Give the key alone, or leave auth out: then requests are signed with AWS credentials';
}
