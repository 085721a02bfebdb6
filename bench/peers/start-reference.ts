import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type LoggedRequest, type ReferenceMessage, referenceMessageSchema } from './reference/reference-log.ts';

const entry = fileURLToPath(new URL('./reference/reference-process.ts', import.meta.url));

export type Reference = {
  url: string;
  readLog(): Promise<LoggedRequest[]>;
  close(): Promise<void>;
};

export type ReferencePace = { model: string; tokensPerSecond: number; firstTokenMs: { min: number; max: number } };

/** Starts the reference server as a process of its own, on a free port of loopback. */
export async function startReference({ model, tokensPerSecond, firstTokenMs }: ReferencePace): Promise<Reference> {
  const child = fork(entry, [model, tokensPerSecond, firstTokenMs.min, firstTokenMs.max].map(String), {
    serialization: 'advanced',
  });
  const exited = once(child, 'exit');
  const hear = async <S extends ReferenceMessage['say']>(say: S): Promise<Extract<ReferenceMessage, { say: S }>> => {
    const ended = exited.then(() => {
      throw new Error('The reference server ended');
    });
    const [raw] = await Promise.race([once(child, 'message'), ended]);
    const message = referenceMessageSchema.parse(raw);
    if (!isOf(message, say)) throw new Error(`The reference server said ${message.say}`);
    return message;
  };
  const { url } = await hear('listening');
  return {
    url,
    readLog: async () => {
      child.send('log');
      return (await hear('log')).requests;
    },
    close: async () => {
      child.send('stop');
      await exited;
    },
  };
}

function isOf<S extends ReferenceMessage['say']>(
  message: ReferenceMessage,
  say: S,
): message is Extract<ReferenceMessage, { say: S }> {
  return message.say === say;
}
