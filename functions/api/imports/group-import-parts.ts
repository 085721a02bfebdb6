import type { Fault } from '../../../shared/errors/app-error.ts';
import { targetSchema } from '../../../shared/spec/target.ts';
import type { FormPart } from '../http/body/file-body.ts';

/** An unchecked file: parsed JSON, or its text. */
export type RawFile = { pointer: string; content: unknown };

export type ImportGroup = { targetId: string | null; fileName: string | null; files: RawFile[] };

/** Generic field names. Any other field name is the target id of its files. */
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
 * Groups the files of a form into pairs of summary and individual responses. Files of one target are a pair if their
 * names differ only in the ending. A form with exactly two files is a pair under any names.
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
        fault: 'is not a known field',
        remedy: 'Send only files (curl -F files=@…) and an optional name. To set other fields, send a JSON body.',
      });
  if (files.length === 0)
    faults.push({ pointer: '', fault: 'does not contain a file', remedy: 'Add files: curl -F files=@…' });
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
    fault: 'is not a valid target id',
    remedy: 'Name the field files, or use 1 to 40 of a-z 0-9 . _ -, starting with a letter or digit',
  });
}

/** Returns the common part of the names of a pair: `a_550_150` for `a_550_150_summary.json`. */
function readStem(fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? fileName;
  return base.replace(/\.json$/i, '').replace(/[-_.](?:summary|individual[-_]responses|raw)$/i, '');
}
