import type { ErrorGroup } from '../../metrics/count-outcomes.ts';
import type { Outcome } from '../../sample/outcome.ts';
import { describeFailure } from './describe-failure.ts';
import { shortenText } from './format-text.ts';

type Cause = Pick<ErrorGroup, 'outcome' | 'httpStatus' | 'code' | 'message'>;
type Address = { baseUrl: string; path?: string | undefined };

const maxCauseLength = 320;

/** Explains why requests to a target failed: the cause, the address, and what to do, as sentences. */
export function explainFailure(cause: Cause, target: Address): string {
  const text = shortenText(describeCause(cause), maxCauseLength);
  return `${text.replace(/[.\s]+$/, '')} (${cause.outcome}, at ${showAddress(target)}). ${chooseRemedy(cause, target)}.`;
}

/** Describes a cause without the address: its status, code, and message. */
export function describeCause(cause: Cause): string {
  // `describeFailure` only reads these fields. The count is not part of the cause.
  const text = describeFailure({ ...cause, count: 1, firstIndex: 0 });
  return text === '' ? 'The request failed' : text;
}

/** Returns the address of a target without its query, which may contain a secret. */
export function showAddress({ baseUrl, path }: Address): string {
  const url = new URL(baseUrl);
  return `${url.origin}${path ?? url.pathname.replace(/\/+$/, '')}`;
}

/** Remedies for outcomes that need no closer look at the cause. */
const remedies: Readonly<Partial<Record<Outcome, string>>> = {
  rate_limited: 'Wait until the quota is renewed, or lower the load',
  http_5xx: 'Read the log of the server, and check that the model is loaded',
  dns: 'Check the host name in baseUrl',
  tls: 'Check the certificate, and whether baseUrl must start with http://',
  timeout_first_token: 'Raise limits.firstTokenTimeoutMs, or lower the load',
  timeout_total: 'Raise limits.requestTimeoutMs, or lower the load',
  stalled: 'Raise limits.stallTimeoutMs, or lower the load',
  truncated: 'Look for a proxy or server that closes connections early',
  too_large: 'Raise MAX_RESPONSE_BYTES, or lower the output limit',
  stream_error: 'Read the log of the server',
  empty_output: 'Raise the output limit, or check the prompt',
};

/** Returns what to do about a failure. `docs/troubleshooting.md` explains each outcome. */
export function chooseRemedy(cause: Cause, target: Address): string {
  const { outcome } = cause;
  if (outcome === 'connect') return chooseConnectRemedy(cause.message ?? '', target);
  if (outcome === 'http_4xx') return chooseStatusRemedy(cause.httpStatus, target);
  if (outcome === 'bad_stream') return `Check the protocol and what answers at the address${hintVersion(target)}`;
  return remedies[outcome] ?? 'Read the failed samples of the run';
}

function chooseConnectRemedy(message: string, target: Address): string {
  if (message.includes('ADDRESS_NOT_ALLOWED'))
    return 'Use an address that this deployment allows, or ask its operator to change EGRESS';
  return `Check that the server is running and that the host and port are right${hintVersion(target)}`;
}

function chooseStatusRemedy(httpStatus: number | null, target: Address): string {
  if (httpStatus === 401 || httpStatus === 403) return 'Check the API key of the target and its permissions';
  if (httpStatus === 404 || httpStatus === 405) return `Check baseUrl and the model${hintVersion(target)}`;
  if (httpStatus === 413) return 'Shorten the prompts';
  return 'Check the model and the fields in body against the documentation of the server';
}

/** Most servers have a version in the path of their base URL. Returns a hint if the target has none. */
function hintVersion({ baseUrl, path }: Address): string {
  const isWhole = path !== undefined || /\/v\d/.test(new URL(baseUrl).pathname);
  return isWhole ? '' : '. Add /v1 to baseUrl if the server expects it';
}
