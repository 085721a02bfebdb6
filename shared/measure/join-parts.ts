import type { Exchange, ExchangePart } from './instrument.ts';

/** Joins the parts of long responses to their exchanges, for callers that take whole responses. */
export function createPartJoiner() {
  const parts = new Map<number, ExchangePart[]>();
  return {
    add: async (part: ExchangePart): Promise<void> => {
      parts.set(part.index, [...(parts.get(part.index) ?? []), part]);
    },
    /** Returns the exchange with the whole response. */
    join: (exchange: Exchange): Exchange => {
      const known = parts.get(exchange.index);
      if (known === undefined) return exchange;
      parts.delete(exchange.index);
      const all = [...known, exchange];
      let offset = 0;
      const readEnds = all.flatMap((part) => {
        const ends = Array.from(part.readEnds, (end) => end + offset);
        offset += part.bytes.length;
        return ends;
      });
      return {
        ...exchange,
        readsAtMs: Float64Array.from(all.flatMap((part) => Array.from(part.readsAtMs))),
        readEnds: Uint32Array.from(readEnds),
        bytes: new Uint8Array(Buffer.concat(all.map(({ bytes }) => bytes))),
      };
    },
  };
}
