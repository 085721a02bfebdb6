import type { Fault } from '../../../shared/errors/app-error.ts';

/** What is wrong with plain lines: characters that no prompt should carry. */
export function checkTextLines(text: string): Fault[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      line.includes('\0')
        ? [{ pointer: `line:${index + 1}`, fault: 'holds a NUL character', remedy: 'Remove it' }]
        : [],
    );
}
