import type { Exchange } from '../instrument.ts';
import type { News, Taken } from './messages.ts';

/**
 * How long news may wait for company. A message costs both threads tens of microseconds, most of it for waking the other
 * one up, so requests that end together are told of together.
 */
const maxWaitMs = 20;
/** More are told of at once: what has ended should not pile up on this thread. */
const maxExchanges = 64;

export type NewsGatherer = {
  addExchange(exchange: Exchange): void;
  addReference(exchange: Exchange): void;
  /** Requests have been taken. `isUrgent`: few are left waiting, so the other thread must hear of it soon. */
  addTaken(isUrgent: boolean): void;
  /** Tells what is there, if anything. */
  flush(): void;
};

/** Gathers what a phase has to tell the main thread, and tells it in one message. */
export function gatherNews(totals: () => Taken, tell: (news: News) => void): NewsGatherer {
  let exchanges: Exchange[] = [];
  let references: Exchange[] = [];
  let timer: NodeJS.Timeout | null = null;
  let immediate: NodeJS.Immediate | null = null;

  const flush = () => {
    if (timer === null && immediate === null) return;
    if (timer !== null) clearTimeout(timer);
    if (immediate !== null) clearImmediate(immediate);
    timer = null;
    immediate = null;
    const news = { ...totals(), exchanges, references };
    exchanges = [];
    references = [];
    tell(news);
  };
  const plan = () => {
    timer ??= setTimeout(flush, maxWaitMs);
    if (exchanges.length >= maxExchanges) immediate ??= setImmediate(flush);
  };
  return {
    addExchange: (exchange) => {
      exchanges.push(exchange);
      plan();
    },
    addReference: (exchange) => {
      references.push(exchange);
      plan();
    },
    addTaken: (isUrgent) => {
      plan();
      if (isUrgent) immediate ??= setImmediate(flush);
    },
    flush,
  };
}
