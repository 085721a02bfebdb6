import { AppError, type Fault } from '../../shared/domain/app-error.ts';
import { checkPromptForm } from '../../shared/domain/check-workload.ts';
import { givenPromptSchema } from '../../shared/domain/workload-schema.ts';
import { explainIssues } from './explain-issues.ts';
import { parseJsonBody } from './parse-json-body.ts';

/** More help nobody. */
const maxFaults = 50;

/** What is wrong with JSON Lines of prompts, each fault with its line (`line:3/messages/0/role`); blank lines are none. */
export function checkPromptLines(text: string): Fault[] {
  const faults: Fault[] = [];
  const lines = text.replace(/^\ufeff/, '').split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    for (const { pointer, fault, remedy } of faultsOfLine(line))
      faults.push({ pointer: `line:${index + 1}${pointer}`, fault, remedy });
    if (faults.length >= maxFaults) return faults.slice(0, maxFaults);
  }
  return faults;
}

function faultsOfLine(line: string): Fault[] {
  const value = parseLine(line);
  if (Array.isArray(value)) return value;
  const parsed = givenPromptSchema.safeParse(value.value);
  return parsed.success
    ? checkPromptForm(parsed.data, '')
    : explainIssues(parsed.error.issues, givenPromptSchema, value.value, 'body');
}

/** The line's value, or why it is none. */
function parseLine(line: string): Fault[] | { value: unknown } {
  try {
    return { value: parseJsonBody(Buffer.from(line)).value };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.faults;
  }
}
