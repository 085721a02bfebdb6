const maxMessageLength = 300;
const replacement = '[redacted]';

/**
 * Makes text of unknown origin fit to be stored and shown: one line, no secret, at most 300 characters. A secret is found
 * as it is, in JSON, in a URL and in base64; it is removed before the text is cut, so no part of it is left at the end.
 */
export function cleanMessage(text: string, secrets: readonly string[]): string {
  const redacted = secrets.reduce(redact, text);
  const line = redacted.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length <= maxMessageLength ? line : `${line.slice(0, maxMessageLength - 1)}…`;
}

function redact(text: string, secret: string): string {
  if (secret === '') return text;
  const forms = new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    btoa(secret),
    btoa(`Bearer ${secret}`),
  ]);
  return [...forms].reduce((rest, form) => rest.replaceAll(form, replacement), text);
}
