import type { Steps } from '../../../shared/time-slices.ts';
import { datasetKinds } from '../../../shared/workload/datasets/dataset.ts';
import type { TraceEntry } from '../../../shared/workload/datasets/read-trace.ts';
import type { ConvertedEntries } from './upload.ts';

/** Writes entries as the text that is stored. A text that workers read as the same entries stays unchanged. */
export function* writeEntries(converted: ConvertedEntries, text: string | null): Steps<string> {
  if (text !== null && (yield* isStoredForm(converted, text))) return text;
  const lines: string[] = [];
  for (const entry of converted.entries) {
    lines.push(JSON.stringify('atMs' in entry ? toStoredTrace(entry) : entry));
    yield;
  }
  return `${lines.join('\n')}\n`;
}

/** Traces with blocks are stored with the names of Mooncake, which workers of earlier versions also read. */
function toStoredTrace({ atMs, inputTokens, outputTokens, blockIds }: TraceEntry) {
  if (blockIds === undefined) return { atMs, inputTokens, outputTokens };
  return { timestamp: atMs, input_length: inputTokens, output_length: outputTokens, hash_ids: blockIds };
}

function* isStoredForm({ kind, entries }: ConvertedEntries, text: string): Steps<boolean> {
  try {
    const stored = yield* datasetKinds[kind].read(text);
    if (stored.entries.length !== entries.length) return false;
    for (const [index, entry] of entries.entries()) {
      if (JSON.stringify(entry) !== JSON.stringify(stored.entries[index])) return false;
      yield;
    }
    return true;
  } catch {
    // The reader of the worker throws for lines in any other form.
    return false;
  }
}
