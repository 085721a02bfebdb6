import type { Fault } from '../../../shared/errors/app-error.ts';
import { targetSchema } from '../../../shared/spec/target.ts';
import type { FormPart } from '../http/body/form-body.ts';

/** A file that is not checked yet: parsed JSON, or its text. */
export type RawFile = { pointer: string; content: unknown };

export type ImportGroup = { targetId: string | null; fileName: string | null; files: RawFile[] };

/** Fields of these names say nothing; any other names the target of its files. */
const plainFields = new Set([
  'file',
  'files',
  'file[]',
  'files[]',
  'summary',
  'individual',
  'responses',
  'individual_responses',
  'individualResponses',
]);

/**
 * Groups the files of a form into pairs: files of one target whose names differ only in the ending that distinguishes a
 * summary from individual responses. Two files alone are a pair under any names.
 */
export function groupImportParts(
  parts: readonly FormPart[],
  faults: Fault[],
): { name: string | null; groups: ImportGroup[] } {
  const files = parts.filter(({ fileName }) => fileName !== null);
  for (const { field, fileName } of parts)
    if (fileName === null && field !== 'name')
      faults.push({
        pointer: `form:${field}`,
        fault: 'is a field that is not known',
        remedy: 'Give files (curl -F files=@…) and, if you like, name; what else there is to say, a JSON body says',
      });
  if (files.length === 0) faults.push({ pointer: '', fault: 'has no file', remedy: 'Add files: curl -F files=@…' });
  const groups = new Map<string, ImportGroup>();
  const isOnePair = files.length === 2 && new Set(files.map(({ field }) => readTargetId(field))).size === 1;
  for (const { field, fileName, text } of files) {
    const targetId = readTargetId(field);
    checkTarget(field, targetId, faults);
    const stem = isOnePair ? '' : readStem(fileName ?? '');
    const key = JSON.stringify([targetId, stem]);
    const group = groups.get(key) ?? { targetId, fileName: readStem(fileName ?? ''), files: [] };
    group.files.push({ pointer: `form:${fileName}`, content: text });
    groups.set(key, group);
  }
  const name = parts.find(({ field, fileName }) => field === 'name' && fileName === null)?.text.trim() ?? '';
  return { name: name === '' ? null : name.slice(0, 200), groups: [...groups.values()] };
}

function readTargetId(field: string): string | null {
  return plainFields.has(field) ? null : field;
}

function checkTarget(field: string, targetId: string | null, faults: Fault[]): void {
  if (targetId === null || targetSchema.shape.id.safeParse(targetId).success) return;
  faults.push({
    pointer: `form:${field}`,
    fault: 'names no target',
    remedy: 'Name the field files, or by 1 to 40 of a-z 0-9 . _ -, starting with a letter or digit',
  });
}

/** Returns the common part: `a_550_150` of `a_550_150_summary.json` and `a_550_150_individual_responses.json`. */
function readStem(fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? fileName;
  return base.replace(/\.json$/i, '').replace(/[-_.](?:summary|individual[-_]responses|raw)$/i, '');
}
