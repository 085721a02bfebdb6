import { readAwsCredential } from './aws-credential.ts';

/** Every text that must never be shown of a target's credential: all of it, and the parts of AWS credentials. */
export function secretsOf(apiKey: string | null): string[] {
  if (apiKey === null) return [];
  const aws = readAwsCredential(apiKey);
  if (aws === null) return [apiKey];
  const { accessKeyId, secretAccessKey, sessionToken } = aws;
  return [apiKey, secretAccessKey, accessKeyId, ...(sessionToken === undefined ? [] : [sessionToken])];
}
