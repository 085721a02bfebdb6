import { AppError } from '../../../../shared/errors/app-error.ts';
import { refuse } from '../../../../shared/errors/refuse.ts';
import { checkJsonValue, findDuplicateName } from './check-json-value.ts';

/**
 * Returns the text and value of a JSON body.
 * @throws AppError INVALID_BODY if it is not JSON; INVALID_REQUEST if it is JSON that would be misread or could not be
 *   stored: a duplicate name, too many levels, `__proto__`, NUL, lone surrogates, numbers
 *   that a double cannot hold
 */
export function parseJsonBody(bytes: Uint8Array): { text: string; value: unknown } {
  const text = decode(bytes);
  const value = parse(text);
  refuse('INVALID_REQUEST', checkJsonValue(value));
  const duplicate = findDuplicateName(text);
  if (duplicate !== null)
    refuse('INVALID_REQUEST', [
      { pointer: duplicate, fault: 'stands twice', remedy: 'Keep one of the two: which of them counts is not defined' },
    ]);
  return { text, value };
}

function decode(bytes: Uint8Array): string {
  if (bytes.length === 0) throw invalidBody('is empty', 'Send a JSON object');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalidBody('is not UTF-8', 'Send the JSON text in UTF-8', cause);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's message quotes the text, which may hold a secret: only the place is taken from it, where it has one.
    const message = error instanceof Error ? error.message : '';
    const place = /position \d+( \(line \d+ column \d+\))?/.exec(message)?.[0];
    const early = message.includes('end of JSON') ? 'ends too early' : 'has a character where JSON has none';
    const where = place === undefined ? early : `breaks at ${place}`;
    throw invalidBody(
      `is not JSON: it ${where}`,
      'Send JSON (RFC 8259): names in double quotes, no comma after the last',
    );
  }
}

function invalidBody(fault: string, remedy: string, cause?: unknown): AppError {
  return new AppError('INVALID_BODY', `The body ${fault}`, { faults: [{ pointer: '', fault, remedy }], cause });
}
