import type { ErrorGroup } from '../../metrics/group-errors.ts';
import { plainText } from './plain-text.ts';

/**
 * What a group of failures says beside its outcome, each thing once: "HTTP 404, model_not_found: The model …". Messages
 * may begin with the status, and codes may be the outcome's own name or the status again.
 * @returns an empty text where the outcome says all
 */
export function describeFailure({ outcome, httpStatus, code, message }: ErrorGroup): string {
  const status = httpStatus === null ? null : `HTTP ${httpStatus}`;
  const text = withoutStart(plainText(message ?? ''), status);
  const name = code === null ? '' : plainText(code);
  const repeats = name === outcome || name === `http_${httpStatus}` || text.includes(name);
  // A 200 is no reason for a failure.
  const telling = httpStatus !== null && httpStatus >= 300 ? status : null;
  const lead = [telling, repeats ? null : name].filter((part) => part !== null).join(', ');
  return [lead, text].filter((part) => part !== '').join(': ');
}

function withoutStart(text: string, start: string | null): string {
  if (start === null || !text.startsWith(start)) return text;
  return text.slice(start.length).replace(/^[:\s]+/, '');
}
