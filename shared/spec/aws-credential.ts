import { z } from 'zod';

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
 * AWS credentials from a credential's text: JSON with `accessKeyId`, `secretAccessKey` and, for temporary ones,
 * `sessionToken`; the AWS tools' own spelling (`AccessKeyId`, …) is understood too. Null where the text is anything else.
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

/** How AWS credentials are given, for faults. */
export const awsCredentialRemedy =
  'Give JSON such as {"accessKeyId": "AKIA…", "secretAccessKey": "…"}, with "sessionToken" for temporary credentials';
