import { z } from 'zod';
import { readBasicLogin } from '../basic-login.ts';
import { matchText, requireForm } from '../errors/schema-rule.ts';
import { headerNameSchema } from '../protocols/descriptor.ts';
import { headerValueSchema } from './target-fields.ts';
import { readAwsCredential } from './target-key.ts';

/** The secrets of a target, which are stored encrypted and apart from its spec. */
export type TargetSecrets = {
  apiKey: string | null;
  /** Values by name of the header. */
  secretHeaders: Readonly<Record<string, string>>;
  /** Private key (PEM) of the client certificate. */
  clientKey: string | null;
};

/** A target, or another input, that has secrets among its fields. */
type WithSecrets = {
  apiKey?: string | undefined;
  secretHeaders?: Readonly<Record<string, string>> | undefined;
  clientKey?: string | undefined;
};

export const noSecrets: TargetSecrets = { apiKey: null, secretHeaders: {}, clientKey: null };

export const secretHeadersSchema = z.record(headerNameSchema, headerValueSchema.min(1)).meta({
  id: 'SecretHeaders',
  description: 'Additional headers with secrets, such as those of a gateway. Stored encrypted like apiKey',
  writeOnly: true,
});

export const secretHeaderNamesSchema = z
  .array(headerNameSchema)
  .max(20)
  .meta({ id: 'SecretHeaderNames', description: 'Names of secretHeaders, which a run shows. Default: its names' });

export const clientKeySchema = matchText(
  /^\s*-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[\s\S]+-----END (?:RSA |EC )?PRIVATE KEY-----\s*$/,
  requireForm('a private key in PEM form without a passphrase'),
  z.string().max(20_000),
).meta({
  id: 'PrivateKey',
  description: 'Private key of a client certificate (PEM). Stored encrypted like apiKey',
  writeOnly: true,
});

/** Takes the secrets out of an input. Returns null if it has none. */
export function takeSecrets({ apiKey, secretHeaders = {}, clientKey }: WithSecrets): TargetSecrets | null {
  if (apiKey === undefined && clientKey === undefined && Object.keys(secretHeaders).length === 0) return null;
  return { apiKey: apiKey ?? null, secretHeaders, clientKey: clientKey ?? null };
}

const bundleSchema = z.object({
  apiKey: z.string().nullable(),
  secretHeaders: z.record(z.string(), z.string()),
  clientKey: z.string().nullable(),
});

/** Writes secrets as the text that is sealed. A single API key is its own text. */
export function writeSecrets(secrets: TargetSecrets): { text: string; isBundle: boolean } {
  const { apiKey, secretHeaders, clientKey } = secrets;
  if (apiKey !== null && clientKey === null && Object.keys(secretHeaders).length === 0)
    return { text: apiKey, isBundle: false };
  return { text: JSON.stringify(secrets), isBundle: true };
}

/** Reads the secrets of an opened text that `writeSecrets` wrote. */
export function readSecrets(text: string, isBundle: boolean): TargetSecrets {
  return isBundle ? bundleSchema.parse(JSON.parse(text)) : { ...noSecrets, apiKey: text };
}

/** Lists the texts that must never be shown. Of AWS credentials, each part is a secret. */
export function listSecrets({ apiKey, secretHeaders, clientKey }: TargetSecrets): string[] {
  const aws = apiKey === null ? null : readAwsCredential(apiKey);
  const parts = aws === null ? [] : [aws.secretAccessKey, aws.accessKeyId, aws.sessionToken ?? ''];
  const headers = Object.values(secretHeaders);
  const all = [apiKey ?? '', ...parts, ...headers, ...headers.flatMap(readPassword), clientKey ?? ''];
  return all.filter((secret) => secret !== '');
}

/** Shortest password that is a secret of its own. A shorter one would mask parts of ordinary words. */
const minPasswordLength = 4;

/** Reads the password of a Basic login, which a server can repeat in plain text. */
function readPassword(header: string): string[] {
  const login = readBasicLogin(header);
  const password = login?.slice(login.indexOf(':') + 1) ?? '';
  return password.length < minPasswordLength ? [] : [password];
}
