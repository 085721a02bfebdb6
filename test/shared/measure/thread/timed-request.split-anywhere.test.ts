import { EventEmitter } from 'node:events';
import type net from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { Exchange } from '../../../../shared/measure/instrument.ts';
import type { Interpretation } from '../../../../shared/measure/interpret-exchange.ts';
import { createMarkerSearch } from '../../../../shared/measure/thread/find-answer-end.ts';
import { HttpConnection } from '../../../../shared/measure/thread/http-connection.ts';
import type { RequestDeps } from '../../../../shared/measure/thread/request-deps.ts';
import { TimedRequest } from '../../../../shared/measure/thread/timed-request.ts';
import { getDialect } from '../../../support/factories/get-dialect.ts';
import { interpretExchange } from '../../../support/factories/make-exchange.ts';
import { type OutcomeCase, outcomeCases } from '../../../support/factories/outcome-cases.ts';
import type { Step } from '../../../support/servers/scripted-server.ts';
import { createSimulatedClock, type SimulatedClock } from '../../../support/simulation/simulated-clock.ts';

/*
 * The client itself, from the bytes of a read to the outcome, without sockets and on simulated time: so every case can be
 * split at every one of its bytes. The same cases go over real sockets in `outcomes-over-sockets.test.ts`.
 */

const dialect = getDialect('openai-chat');
const noPhases = { dnsMs: null, connectMs: null, tlsMs: null };
/** From one read to the next: no case is meant to run into a deadline for coming byte by byte. */
const stepMs = 0.05;
const deadlineStepMs = 10;

/** One request whose response is handed to its connection as reads. */
function openRequest(clock: SimulatedClock, [, , set]: OutcomeCase) {
  const socket = Object.assign(new EventEmitter(), {
    writableLength: 0,
    isDestroyed: false,
    write: () => true,
    destroy: () => {
      socket.isDestroyed = true;
    },
  });
  let isReleased = false;
  const connection = new HttpConnection(() => {});
  const { buffer, callback } = connection.onread();
  // The fake socket has only what the connection uses.
  connection.adopt(socket as unknown as net.Socket, noPhases);
  const opening = Promise.withResolvers<void>();
  const deps: RequestDeps = {
    pool: {
      takeIdle: () => connection,
      open: () => opening.resolve,
      takeBack: (_connection, { keepsAlive }) => {
        if (keepsAlive) isReleased = true;
        else connection.destroy();
      },
      isReuseStopped: () => false,
      addClosed: () => {},
      warm: async () => {},
      destroy: () => {},
    },
    clock,
    originMs: 0,
    dialect,
    hasMarker: createMarkerSearch(dialect),
    head: '',
    connection: 'reuse',
    proxyNote: null,
    notesVersion: false,
    redirects: null,
    keepsWire: false,
    timeouts: {
      requestTimeoutMs: set.requestTimeoutMs ?? 2_000,
      firstTokenTimeoutMs: set.firstTokenTimeoutMs ?? null,
      stallTimeoutMs: set.stallTimeoutMs ?? 2_000,
    },
    maxResponseBytes: set.maxResponseBytes ?? 1_000_000,
  };
  const ended: Exchange[] = [];
  new TimedRequest(deps, { index: 0, body: new Uint8Array() }, null, (exchange) => ended.push(exchange)).send();
  return {
    ended,
    read: (bytes: Uint8Array) => {
      if (bytes.length === 0 || !connection.isOpen) return;
      if (!(buffer instanceof Uint8Array)) throw new Error('The connection has no buffer to read to');
      for (let at = 0; at < bytes.length && connection.isOpen; at += buffer.length) {
        const part = bytes.subarray(at, at + buffer.length);
        buffer.set(part);
        callback(part.length, buffer);
      }
    },
    finish: (ending: 'close' | 'reset' | 'none') => {
      if (socket.isDestroyed || ending === 'none') return;
      if (ending === 'close') socket.emit('end');
      else socket.emit('error', Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
      socket.emit('close');
    },
    /** What became of the connection: one of the two, never both. */
    fate: () => ({ isReleased, isDestroyed: socket.isDestroyed }),
  };
}

type Played = { exchange: Exchange; read: Interpretation; fate: { isReleased: boolean; isDestroyed: boolean } };

/** Plays a case once for each way of splitting it, all at the same simulated time: the n-th read of each at n steps. */
async function play(one: OutcomeCase, splits: readonly (readonly Uint8Array[])[]): Promise<Played[]> {
  const clock = createSimulatedClock();
  vi.spyOn(performance, 'now').mockImplementation(clock.nowMs);
  try {
    const requests = splits.map(() => openRequest(clock, one));
    await nextTurn();
    const ending = findEnding(one);
    const most = Math.max(...splits.map((pieces) => pieces.length));
    for (let piece = 0; piece <= most; piece++) {
      clock.run((piece + 1) * stepMs);
      for (const [k, request] of requests.entries()) {
        const pieces = splits[k] ?? [];
        request.read(pieces[piece] ?? new Uint8Array());
        if (piece === pieces.length) request.finish(ending);
      }
    }
    // Deadlines, for those that have not ended: each looks a turn of the loop after its time.
    for (let tries = 0; tries < 1_000 && requests.some(({ ended }) => ended.length === 0); tries++) {
      clock.run(clock.nowMs() + deadlineStepMs);
      await nextTurn();
    }
    const overMs = clock.nowMs();
    clock.run();
    expect(clock.nowMs(), 'no deadline is left').toBe(overMs);
    return requests.map(({ ended, fate }) => {
      const [exchange, ...more] = ended;
      if (exchange === undefined || more.length > 0) throw new Error(`A request ended ${ended.length} times`);
      return { exchange, read: interpretExchange(exchange, dialect, { secrets: [] }), fate: fate() };
    });
  } finally {
    vi.restoreAllMocks();
  }
}

function listSteps([, script]: OutcomeCase): Step[] | null {
  const steps = script();
  return Symbol.iterator in steps ? [...steps] : null;
}

function findEnding(one: OutcomeCase): 'close' | 'reset' | 'none' {
  const last = (listSteps(one) ?? []).at(-1)?.do;
  return last === 'close' || last === 'reset' ? last : 'none';
}

function joinBytes(one: OutcomeCase): Buffer {
  const parts = (listSteps(one) ?? []).flatMap((step) => (step.do === 'write' ? [Buffer.from(step.bytes)] : []));
  return Buffer.concat(parts);
}

/** Every byte; of a response that is long for its length alone, of its beginning and here and there. */
function listCuts(bytes: Buffer): number[] {
  return Array.from(bytes.keys()).filter((at) => at > 0 && (at < 2_000 || at % 9_973 === 0));
}

const facts = ({ exchange, read }: Played) => {
  const { outcome, error, outputText, reasoningText, answerText, usage, finishReason, bytes } = read;
  return {
    status: exchange.httpStatus,
    outcome,
    error,
    outputText,
    reasoningText,
    answerText,
    usage,
    finishReason,
    bytes,
  };
};

describe('a response that is split anywhere', () => {
  // Those without end have no bytes to count.
  test.each(outcomeCases.filter((one) => listSteps(one) !== null))('%s', async (...one: OutcomeCase) => {
    const [, , , outcome, code] = one;
    const bytes = joinBytes(one);
    const cuts = listCuts(bytes);
    const [whole, byByte, ...split] = await play(one, [
      [bytes],
      bytes.length < 2_000 ? Array.from(bytes, (byte) => Uint8Array.of(byte)) : [bytes],
      ...cuts.map((at) => [bytes.subarray(0, at), bytes.subarray(at)]),
    ]);
    if (whole === undefined || byByte === undefined) throw new Error('Nothing was played');
    expect({ outcome: whole.read.outcome, code: whole.read.error?.code ?? null }).toEqual({ outcome, code });
    expect(facts(byByte)).toEqual(facts(whole));
    // Byte n came at n + 1 steps: so this is the byte that completed each output event.
    const completedBy = byByte.read.outputEventsMs.map((atMs) => Math.round(atMs / stepMs) - 1);
    if (bytes.length < 2_000)
      for (const at of completedBy) expect(bytes.toString('latin1', at - 1, at + 1)).toMatch(/^\n\n$|\]\}$/);
    for (const [k, played] of split.entries()) {
      const at = cuts[k] ?? 0;
      expect(facts(played), `cut at ${at}`).toEqual(facts(whole));
      if (bytes.length < 2_000)
        expect(played.read.outputEventsMs, `cut at ${at}`).toEqual(
          completedBy.map((byte) => (byte < at ? stepMs : 2 * stepMs)),
        );
    }
    for (const { fate } of [whole, byByte, ...split]) expect(fate.isReleased).toBe(!fate.isDestroyed);
  });
});
