import { z } from 'zod';
import { matchText, requireForm } from '../errors/schema-rule.ts';
import type { Auth } from '../protocols/descriptor.ts';
import { type Protocol, protocols } from '../protocols/registry.ts';
import { resolveAuth } from '../protocols/target-rules.ts';

/** Schema of a target's API key: plain text, or AWS credentials as JSON, which may contain spaces and line breaks. */
export const keySchema = matchText(
  /^(?:[\x21-\x7e]+|\s*\{[\x20-\x7e\t\r\n]*\}\s*)$/,
  requireForm('printable ASCII without spaces'),
  z.string().min(1).max(4_096),
);

export const awsCredentialRemedy =
  'Use JSON such as {"accessKeyId": "AKIA…", "secretAccessKey": "…"}, with "sessionToken" for temporary credentials';

const awsCredentialSchema = z.object({
  accessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/),
  secretAccessKey: z.string().min(16).max(256).regex(/^\S+$/),
  sessionToken: z
    .string()
    .min(1)
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
});

/** Returns credentials of a role that have not expired. */
export type CredentialSource = () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;

/**
 * Parses AWS credentials: JSON with `accessKeyId`, `secretAccessKey`, and, if temporary, `sessionToken`. Also accepts
 * the spelling of AWS tools (`AccessKeyId`, …). Returns null if the text does not contain AWS credentials.
 */
export function readAwsCredential(text: string): z.infer<typeof awsCredentialSchema> | null {
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

export type KeyForm = 'plain' | 'aws' | 'json';

export function detectKeyForm(text: string): KeyForm {
  if (readAwsCredential(text) !== null) return 'aws';
  return text.trimStart().startsWith('{') ? 'json' : 'plain';
}

/** Returns why a target cannot use a key of this form, and what to do. Returns null if the target can use the key. */
export function findKeyFault(
  target: { protocol: Protocol; auth?: Auth | undefined },
  form: KeyForm,
): { fault: string; remedy: string } | null {
  if (resolveAuth(target).style === 'sigv4')
    return form === 'aws' ? null : { fault: 'does not contain AWS credentials', remedy: awsCredentialRemedy };
  if (form === 'plain') return null;
  return { fault: 'is JSON, but this target requires a plain key', remedy: findPlainKeyRemedy(target.protocol) };
}

function findPlainKeyRemedy(protocol: Protocol): string {
  const { keyRemedy, signingService } = protocols[protocol];
  if (keyRemedy !== undefined) return keyRemedy;
  return signingService === undefined
    ? 'Send only the key'
    : 'Send only the key, or omit auth to sign the requests with AWS credentials';
}
