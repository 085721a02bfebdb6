import type { Exchange, ExchangePart } from '../instrument.ts';
import type { News, Taken } from './messages.ts';

/** Time in ms for which events are gathered, because each message costs both threads tens of microseconds. */
const maxWaitMs = 20;
/** Number of ended exchanges that are sent immediately, so that they do not accumulate on the measuring thread. */
const maxExchanges = 64;

/**
 * Gathers a phase's events and sends them to the main thread, many in one message.
 * @param mark completes exchanges before they are sent: see `watchStalls`
 */
export function gatherNews(
  totals: () => Taken,
  mark: (exchanges: readonly Exchange[]) => void,
  tell: (news: News) => void,
) {
  let exchanges: Exchange[] = [];
  let references: Exchange[] = [];
  let parts: ExchangePart[] = [];
  let timer: NodeJS.Timeout | null = null;
  let immediate: NodeJS.Immediate | null = null;

  const flush = () => {
    if (timer === null && immediate === null) return;
    if (timer !== null) clearTimeout(timer);
    if (immediate !== null) clearImmediate(immediate);
    timer = null;
    immediate = null;
    const news = { ...totals(), parts, exchanges, references };
    mark(exchanges);
    mark(references);
    exchanges = [];
    references = [];
    parts = [];
    tell(news);
  };
  const plan = () => {
    timer ??= setTimeout(flush, maxWaitMs);
    if (exchanges.length >= maxExchanges) immediate ??= setImmediate(flush);
  };
  return {
    addExchange: (exchange: Exchange) => {
      exchanges.push(exchange);
      plan();
    },
    addReference: (exchange: Exchange) => {
      references.push(exchange);
      plan();
    },
    addPart: (part: ExchangePart) => {
      parts.push(part);
      plan();
    },
    /** Reports that requests were taken. `isUrgent`: few requests remain, so the main thread must send more soon. */
    addTaken: (isUrgent: boolean) => {
      plan();
      if (isUrgent) immediate ??= setImmediate(flush);
    },
    flush,
  };
}
