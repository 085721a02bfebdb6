export const mask = '[redacted]';

/** Matches names of fields that contain secrets. Names are compared in lowercase and without punctuation. */
const secretNames =
  /apikey|authorization|secret|passw|passphrase|privatekey|masterkey|accesskey|cookie|sealed|signature|credential|^x?auth$|^key$|token$/;
/** Matches names that look secret, but whose fields contain an id, a count, or a location. */
const openNames = /(ids?|names?|counts?|lastfour|file|path|ms|missing|pertoken)$/;
/** Matches names of fields that are secret in logs, but ordinary parameters in the body of a model request. */
const parameterNames = /signature|^key$|(?<!^|access|api|auth|bearer|refresh|security|session)token$/;

/** Patterns of secrets in any text: API keys, webhook secrets, bearer tokens, and the keys of common providers. */
export const secretForms = [
  /\btm_[A-Za-z0-9_-]{8,}/g,
  /\bwhsec_[A-Za-z0-9+/=_-]{8,}/g,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi,
  /\b(?:sk|pk|rk|xai)-[A-Za-z0-9_-]{8,}/g,
  /\b(?:fw|gsk|esecret|hf|r8)_[A-Za-z0-9_-]{8,}/g,
  /\bpplx-[A-Za-z0-9_-]{8,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // User name and password in a URL.
  /(?<=:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/g,
];

/** Returns whether a field with this name probably contains a secret. */
export function isSecretName(name: string): boolean {
  const bare = simplifyName(name);
  return secretNames.test(bare) && !openNames.test(bare);
}

/** Returns whether a text parameter of a request body probably contains a secret. */
export function isSecretParameter(name: string, value: string): boolean {
  if (value === '') return false;
  return (isSecretName(name) && !parameterNames.test(simplifyName(name))) || isSecretText(value);
}

/** Returns whether a text is a secret. A pattern within prose does not count: keys have digits and no spaces. */
function isSecretText(text: string): boolean {
  if (text.includes('PRIVATE KEY-----')) return true;
  const isOneWord = /^\s*(?:(?:Bearer|Basic)\s+)?\S+\s*$/i.test(text) && /\d/.test(text);
  return isOneWord && secretForms.some((form) => text.search(form) >= 0);
}

function simplifyName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
