import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/commands/start-server.ts';

export type Recorder = {
  port: number;
  /** Ends the recorder, which writes the recording. */
  stop(): Promise<void>;
};

const script = fileURLToPath(new URL('./recorder-process.ts', import.meta.url));

/** Starts a recorder in front of a server. */
export async function startRecorder(serverUrl: string, file: string): Promise<Recorder> {
  const port = await freePort();
  const { port: serverPort } = new URL(serverUrl);
  const child = spawn(process.execPath, [script, String(port), serverPort, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const ready = once(createInterface({ input: child.stdout }), 'line');
  await Promise.race([ready, exited.then(() => Promise.reject(new Error('The recorder ended before it listened.')))]);
  return {
    port,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
