import { AppError } from '../../../../shared/errors/app-error.ts';
import { refuse } from '../../../../shared/errors/refuse.ts';
import { checkJsonValue, findDuplicateName } from './check-json-value.ts';

/**
 * Returns the text and value of a JSON body.
 * @throws AppError INVALID_BODY if it is not JSON; INVALID_REQUEST if it is ambiguous or cannot be stored: duplicate
 *   names, deep nesting, `__proto__`, NUL, lone surrogates, or numbers that exceed a double
 */
export function parseJsonBody(bytes: Uint8Array): { text: string; value: unknown } {
  const text = decode(bytes);
  const value = parse(text);
  refuse('INVALID_REQUEST', checkJsonValue(value));
  const duplicate = findDuplicateName(text);
  if (duplicate !== null)
    refuse('INVALID_REQUEST', [
      { pointer: duplicate, fault: 'is a duplicate name', remedy: 'Keep only one of the two fields' },
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
    // The parser's message can quote a secret, so only its position is used.
    const message = error instanceof Error ? error.message : '';
    const place = /position \d+( \(line \d+ column \d+\))?/.exec(message)?.[0];
    const early = message.includes('end of JSON') ? 'ends too early' : 'contains an unexpected character';
    const where = place === undefined ? early : `has a syntax error at ${place}`;
    throw invalidBody(
      `is not JSON: it ${where}`,
      'Send JSON (RFC 8259) with names in double quotes and no trailing commas',
    );
  }
}

function invalidBody(fault: string, remedy: string, cause?: unknown): AppError {
  return new AppError('INVALID_BODY', `The body ${fault}`, { faults: [{ pointer: '', fault, remedy }], cause });
}
