import { AnswerReading } from '../../../shared/measure/answer-reading.ts';
import type { Exchange } from '../../../shared/measure/instrument.ts';
import { type AnswerLimits, createAnswerLimits } from '../../../shared/measure/read-answer.ts';
import type { Dialect } from '../../../shared/protocols/dialect.ts';
import { defaultMaxResponseBytes } from '../../../shared/response-limit.ts';
import { runAtOnce } from '../../../shared/time-slices.ts';
import { interpretExchange, makeExchange } from './make-exchange.ts';

/** Interprets a response whose reads came in parts of `size` reads each. */
export function readInParts(
  dialect: Dialect,
  reads: (string | Uint8Array)[],
  size: number,
  set: Partial<Exchange> = {},
  limits: AnswerLimits = createAnswerLimits(defaultMaxResponseBytes),
) {
  const reading = new AnswerReading(dialect, limits);
  const whole = makeExchange(reads, set);
  const takePart = (from: number, to: number): Exchange => {
    const start = whole.readEnds[from - 1] ?? 0;
    return {
      ...whole,
      readsAtMs: whole.readsAtMs.slice(from, to),
      readEnds: whole.readEnds.slice(from, to).map((end) => end - start),
      bytes: whole.bytes.slice(start, whole.readEnds[to - 1] ?? start),
    };
  };
  let from = 0;
  for (; from + size < reads.length; from += size) runAtOnce(reading.feed(takePart(from, from + size)));
  return interpretExchange(takePart(from, reads.length), dialect, { secrets: [], limits, reading });
}
