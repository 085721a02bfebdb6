import type { NoteCode } from '../../../protocols/parts/notes.ts';
import type { Sample } from '../../../sample/sample.ts';

/** What the notes of samples mean for the numbers. `docs/troubleshooting.md` has a section for each. */
const meanings: Readonly<Record<NoteCode, string>> = {
  not_streamed:
    'were JSON in place of a stream. Their TTFT equals their end-to-end latency, so TTFT and TPOT statistics exclude them.',
  cumulative_deltas: 'had cumulative deltas: each repeats all text before it. The last delta counts as the text.',
  final_text_differs:
    'end with the whole text, which differs from the deltas before it. The deltas count, each of which was output.',
  events_not_parted: 'had broken framing: no blank line between events. Each line was read as an event.',
  unframed_events: 'had JSON lines that are not server-sent events. Each line was read as an event.',
  unknown_finish: 'had an unknown finish reason, which counts as a finish.',
  output_after_finish: 'had output after a finish reason, which then did not count as the end.',
  unread_fields: 'had fields with text that no rule reads. If they are output, TTFT is too late.',
  unread_text: 'contained text outside of events.',
  reasoning_not_streamed:
    'have reasoning tokens in usage, but no reasoning in the stream. TTFT then includes the time to think.',
  zero_usage: 'had output, but a usage of zero, which counts as no usage. Costs use the Llama 2 tokenizer.',
  usage_total: 'had a usage whose parts and total disagree. Costs use the parts.',
  usage_parts: 'had a usage with a part above its total. Costs use the total, and the part is omitted.',
  late_close:
    'stayed open after the answer was over. Their streams took the next request; the rest was read apart or closed.',
  sent_again:
    'met a kept-open connection that the server was closing, and were sent again. Times count from the second sending. The server closes connections without saying so: set "connection": "fresh".',
  reuse_stopped:
    'used a new connection each, because the server closes its connections after a response without saying so. Set "connection": "fresh" to time every connection.',
  redirected:
    'were redirected within the origin, and were sent again to the new path, from which their times count. Later requests went there at once. Set "path" to it.',
  via_proxy: 'came through a proxy, whose time is part of all latencies and which may hold chunks back.',
  auto_http_1:
    'came over HTTP/1.1, because the target has "httpVersion": "auto" and the TLS handshake offered no HTTP/2.',
  auto_http_2: 'came over HTTP/2, because the target has "httpVersion": "auto" and the TLS handshake offered it.',
  two_framings:
    'had both a content-length and a transfer coding, which RFC 9112 forbids. The length was ignored and the connection closed.',
};

/** Lists a warning for each kind of note, with the number of responses and the detail of the first. */
export function listNoteWarnings(samples: readonly Sample[]): string[] {
  const found = new Map<string, { count: number; detail: string }>();
  for (const { notes } of samples) {
    if (notes === null || notes === undefined) continue;
    for (const line of notes.split('\n')) {
      const [code = '', ...detail] = line.split(': ');
      const known = found.get(code);
      if (known === undefined) found.set(code, { count: 1, detail: detail.join(': ') });
      else known.count += 1;
    }
  }
  return Object.entries(meanings).flatMap(([code, meaning]) => {
    const note = found.get(code);
    if (note === undefined) return [];
    const count = `${note.count} of ${samples.length} responses`;
    return [`${count} ${meaning} The first says: ${note.detail}. See docs/troubleshooting.md#${code}.`];
  });
}
