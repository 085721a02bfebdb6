import type { StreamEvent } from '../dialect.ts';

type MaybeEmpty = { [K in 'text' | 'reasoning' | 'toolCallArguments' | 'finishReason']?: string } & {
  usage?: StreamEvent['usage'] | null;
};

/** Leaves out what says nothing. */
export function stripEmpty(event: MaybeEmpty): StreamEvent {
  const stripped: StreamEvent = {};
  if (event.text) stripped.text = event.text;
  if (event.reasoning) stripped.reasoning = event.reasoning;
  if (event.toolCallArguments) stripped.toolCallArguments = event.toolCallArguments;
  if (event.finishReason) stripped.finishReason = event.finishReason;
  if (event.usage) stripped.usage = event.usage;
  return stripped;
}
