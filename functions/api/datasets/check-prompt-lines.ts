import type { Fault } from '../../../shared/errors/app-error.ts';
import { checkPromptForm } from '../../../shared/spec/check-workload.ts';
import { textLines } from '../../../shared/workload/datasets/text-lines.ts';
import { givenPromptSchema } from '../../../shared/workload/workload-schema.ts';
import { checkJsonLine } from './check-json-line.ts';
import { collectLineFaults } from './collect-line-faults.ts';

/** What is wrong with JSON Lines of prompts, each fault with its line (`line:3/messages/0/role`); blank lines are none. */
export function checkPromptLines(text: string): Fault[] {
  return collectLineFaults(textLines(text), (line) => {
    const checked = checkJsonLine(line, () => givenPromptSchema);
    return 'faults' in checked ? checked.faults : checkPromptForm(checked.value, '');
  });
}
