import { maskBytes } from '../../shared/secrets/mask-bytes.ts';
import { isSecretName } from '../../shared/secrets/secret-forms.ts';
import type { Steps } from '../../shared/time-slices.ts';

/** What is secret about the exchanges with a target. */
export type ExchangeSecrets = {
  /** Texts to mask: see `listByteSecrets`. */
  secrets: readonly string[];
  /** Names of headers, in lower case, whose whole values are secrets. */
  secretNames: ReadonlySet<string>;
};

/** A response without secrets. All parts keep their lengths, because the sizes of the reads include the head. */
export type SplitResponse = {
  /** The final head, line by line. Empty if it is incomplete. */
  head: string[];
  /** All bytes after the final head. */
  body: Uint8Array;
  /** The final response: its head and its body. */
  whole: Uint8Array;
  /** Whether the body has another coding than chunks, in which a secret is not recognized. */
  isCoded: boolean;
  /** Size in bytes of the interim responses (1xx), which are omitted. */
  interimBytes: number;
};

const blankLine = '\r\n\r\n';
/** End of the chunk before the last one, or of the head, and the last chunk, which trailers may follow. */
const lastChunk = '\r\n0\r\n';
/** Matches the beginning of an interim response. After 101, the connection has another protocol. */
const interim = /^HTTP\/1\.[01] 1(?!01)\d\d/;

/** Masks the secrets of a response, and divides it. */
export function* splitResponse(bytes: Uint8Array, secrets: ExchangeSecrets): Steps<SplitResponse> {
  const masked = Buffer.from(yield* maskBytes(bytes, secrets.secrets));
  let start = 0;
  let end = masked.indexOf(blankLine);
  while (end >= 0 && interim.test(masked.toString('latin1', start, start + 16))) {
    start = end + blankLine.length;
    end = masked.indexOf(blankLine, start);
  }
  const found = masked.toString('latin1', start, end < 0 ? masked.length : end);
  const maskValue = (value: string) => '*'.repeat(value.length);
  const head = maskHeaders(found, secrets, maskValue);
  masked.write(head, start, 'latin1');
  const codings = listTokens(head, 'content-encoding').filter((coding) => coding !== 'identity');
  const transfer = listTokens(head, 'transfer-encoding').join();
  const trailers = transfer === 'chunked' ? masked.lastIndexOf(lastChunk) : -1;
  if (trailers > start)
    masked.write(maskHeaders(masked.toString('latin1', trailers), secrets, maskValue), trailers, 'latin1');
  return {
    head: end < 0 ? [] : head.split('\r\n'),
    body: masked.subarray(end < 0 ? start : end + blankLine.length),
    whole: masked.subarray(start),
    isCoded: codings.length > 0 || !/^(?:chunked)?$/.test(transfer),
    interimBytes: start,
  };
}

/** Masks the values of headers that carry secrets, also of malformed ones: with folded lines, or spaces before the colon. */
export function maskHeaders(head: string, { secretNames }: ExchangeSecrets, mask: (value: string) => string): string {
  const headers = /^([^\s:]+)([ \t]*:[ \t]*)([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)/gm;
  return head.replace(headers, (line, name: string, colon: string, value: string) =>
    secretNames.has(name.toLowerCase()) || isSecretName(name) ? `${name}${colon}${mask(value)}` : line,
  );
}

/** Lists the values of a header in lower case. */
function listTokens(head: string, wanted: string): string[] {
  return Array.from(head.matchAll(/^([^\s:]+)[ \t]*:([^\r\n]*)/gm))
    .filter(([, name = '']) => name.toLowerCase() === wanted)
    .flatMap(([, , value = '']) => value.toLowerCase().split(','))
    .map((token) => token.trim())
    .filter((token) => token !== '');
}
