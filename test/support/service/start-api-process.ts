import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { compiledCodeDir } from '../../../infra/local/keep-compiled-code.ts';

const entry = fileURLToPath(new URL('./api-process.ts', import.meta.url));

export type ApiProcess = {
  url: string;
  /** Returns the longest time in ms of CPU for which a request held the event loop since the last call. */
  readHeldMs(): Promise<number>;
  stop(): Promise<void>;
};

/** Starts the API alone in a process of its own, on a table that exists. */
export async function startApiProcess(environment: Record<string, string>): Promise<ApiProcess> {
  const env = { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: compiledCodeDir, ...environment };
  const child = fork(entry, [], { env, execArgv: [] });
  const receive = async <T>(schema: z.ZodType<T>) => schema.parse((await once(child, 'message'))[0]);
  const { port } = await receive(z.object({ port: z.number() }));
  return {
    url: `http://127.0.0.1:${port}`,
    readHeldMs: async () => {
      const answered = receive(z.object({ heldMs: z.number() }));
      child.send('read');
      return (await answered).heldMs;
    },
    stop: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}
