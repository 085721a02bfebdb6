/** What an exchange shows that its outcome does not tell. `docs/troubleshooting.md` explains each code. */
export type NoteCode =
  | 'not_streamed'
  | 'cumulative_deltas'
  | 'final_text_differs'
  | 'events_not_parted'
  | 'unframed_events'
  | 'unknown_finish'
  | 'output_after_finish'
  | 'unread_fields'
  | 'unread_text'
  | 'reasoning_not_streamed'
  | 'zero_usage'
  | 'usage_total'
  | 'usage_parts'
  | 'late_close'
  | 'sent_again'
  | 'reuse_stopped'
  | 'two_framings'
  | 'via_proxy'
  | 'auto_http_1'
  | 'auto_http_2'
  | 'redirected';

export type Note = { code: NoteCode; detail: string };
