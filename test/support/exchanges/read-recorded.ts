import { readFileSync } from 'node:fs';
import { buildSchedule } from '../../../infra/replay/build-schedule.ts';
import type { Exchange } from '../../../shared/measure/instrument.ts';
import {
  pickHeaders,
  ResponseFault,
  type ResponseHead,
} from '../../../shared/measure/thread/http/read-response-head.ts';
import { ResponseReader } from '../../../shared/measure/thread/http/response-reader.ts';
import { type RecordedExchange, recordedExchangeSchema } from '../../../shared/records/recorded-exchange.ts';
import { makeExchange } from '../factories/make-exchange.ts';

const folder = new URL('../../fixtures/exchanges/', import.meta.url);

/** Reads the recorded exchange of a case. */
export function readFixture(name: string): RecordedExchange {
  return recordedExchangeSchema.parse(JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')));
}

/** Reads the bytes of a recorded response as the instrument does, with the recorded times. */
export function readRecorded(recorded: RecordedExchange, failure?: NonNullable<Exchange['failure']>['kind']): Exchange {
  const { writes, end } = buildSchedule(recorded);
  const parts: Buffer[] = [];
  const readsAtMs: number[] = [];
  const readEnds: number[] = [];
  let head: ResponseHead | null = null;
  const reader = new ResponseReader({
    onHead: (received) => {
      head = received;
    },
    onBody: (bytes, start, stop) => parts.push(bytes.subarray(start, stop)),
  });
  const count = () => parts.reduce((sum, part) => sum + part.length, 0);
  for (const { atMs, bytes } of writes) {
    try {
      reader.read(bytes, bytes.length);
    } catch (error) {
      if (!(error instanceof ResponseFault)) throw error;
    }
    if (count() === (readEnds.at(-1) ?? 0)) continue;
    readsAtMs.push(atMs);
    readEnds.push(count());
  }
  const isWhole = end.kind === 'close' ? reader.endsHere() : reader.isDone;
  const found: ResponseHead | null = head;
  return makeExchange([], {
    headersMs: recorded.headersMs,
    endMs: recorded.endMs,
    ...readHead(found),
    readsAtMs: Float64Array.from(readsAtMs),
    readEnds: Uint32Array.from(readEnds),
    bytes: new Uint8Array(Buffer.concat(parts)),
    failure: failure === undefined || isWhole ? null : { kind: failure, message: failure },
  });
}

function readHead(head: ResponseHead | null): Pick<Exchange, 'httpStatus' | 'headers'> {
  return head === null
    ? { httpStatus: null, headers: {} }
    : { httpStatus: head.status, headers: pickHeaders(head.headers) };
}
