import { expect } from 'vitest';
import type { InstrumentSession } from '../../../shared/measure/instrument.ts';
import { openTestSession } from '../../support/factories/run-phase.ts';
import { chunked, role, streamHead, text, wait, write } from '../../support/servers/scripted-responses.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/servers/scripted-server.ts';

const closers: (() => Promise<void>)[] = [];
export async function closeSessions(): Promise<void> {
  for (const closeOne of closers.splice(0).reverse()) await closeOne();
}

export async function serve(...args: Parameters<typeof startScriptedServer>): Promise<ScriptedServer> {
  const server = await startScriptedServer(...args);
  closers.push(server.close);
  return server;
}

export async function openFor(
  server: ScriptedServer,
  set?: Parameters<typeof openTestSession>[1],
): Promise<InstrumentSession> {
  const session = await openTestSession(server.url, set);
  closers.push(session.close);
  return session;
}

export const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 15_000, interval: 5 });
export const closedLoop = (concurrency: number) => ({ mode: 'concurrency', concurrency }) as const;
export const hanging = () => [write(streamHead), write(chunked(role + text('Hi'))), wait(60_000)];
