/** What a finish word says: how the answer ended, or that the server broke it off. */
export type FinishKind = 'done' | 'length' | 'content_filter' | 'tool' | 'failure' | 'unknown';

const words: Readonly<Record<Exclude<FinishKind, 'failure' | 'unknown'>, readonly string[]>> = {
  done: ['stop', 'stop_sequence', 'eos', 'eos_token', 'end_turn', 'end', 'complete', 'completed', 'finished', 'done'],
  length: ['length', 'max_tokens', 'max_output_tokens', 'max_length', 'model_length', 'model_context_window_exceeded'],
  content_filter: [
    'content_filter',
    'content_filtered',
    'guardrail_intervened',
    'refusal',
    'safety',
    'recitation',
    'blocklist',
    'prohibited_content',
    'spii',
    'image_safety',
    'language',
    'sensitive',
  ],
  tool: ['tool_calls', 'tool_call', 'function_call', 'tool_use', 'pause_turn', 'malformed_function_call'],
};
const kinds = new Map(
  Object.entries(words).flatMap(([kind, list]) => list.map((word) => [word, kind as FinishKind] as const)), // `entries` loses the type of the keys
);

/** Words that servers send while an answer is not finished. */
const placeholders = new Set(
  'null none nil undefined unspecified finish_reason_unspecified n/a in_progress queued pending running generating unfinished not_finished'.split(
    ' ',
  ),
);

/** A finish word with one of these parts says that the server broke the answer off. */
const failureParts =
  /(?:^|_)(?:abort|aborted|error|errored|fail|failed|failure|exception|cancel|canceled|cancelled|timeout|timed_out|interrupted|insufficient|unavailable|overloaded|preempted|evicted|terminated|killed|crash|crashed|disconnect|disconnected|oom|out_of_memory)(?:_|$)/;

/** Returns the kind of a finish word of any protocol, because compatible servers mix their words. Null: no finish. */
export function classifyFinish(word: string): FinishKind | null {
  if (word === '') return null;
  const name = word
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  if (name === '' || placeholders.has(name)) return null;
  return kinds.get(name) ?? (failureParts.test(name) ? 'failure' : 'unknown');
}
