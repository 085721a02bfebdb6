import { awsCredentialRemedy, readAwsCredential } from './aws-credential.ts';
import type { Protocol } from './run-spec.ts';
import { type Auth, authOf, signingService } from './target-auth.ts';

/** What a credential's text is: one key to be sent as it is, AWS credentials to sign with, or JSON that is neither. */
export type KeyForm = 'plain' | 'aws' | 'json';

export function keyFormOf(text: string): KeyForm {
  if (readAwsCredential(text) !== null) return 'aws';
  return text.trimStart().startsWith('{') ? 'json' : 'plain';
}

/** Why a target cannot use a credential of this form, with what to do; null where it can. */
export function findKeyFault(
  target: { protocol: Protocol; auth?: Auth | undefined },
  form: KeyForm,
): { fault: string; remedy: string } | null {
  if (authOf(target).style === 'sigv4')
    return form === 'aws' ? null : { fault: 'does not hold AWS credentials', remedy: awsCredentialRemedy };
  if (form === 'plain') return null;
  return { fault: `is JSON, and this target sends one key as it is`, remedy: plainKeyRemedy(target.protocol) };
}

function plainKeyRemedy(protocol: Protocol): string {
  if (protocol === 'vertex')
    return 'Give an access token rather than a key file: what `gcloud auth print-access-token` prints';
  return signingService(protocol) === null
    ? 'Give the key alone'
    : 'Give the key alone, or leave auth out: then requests are signed with AWS credentials';
}
