import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { functionNames } from '../../../infra/aws/function-names.ts';

export type RecordedCalls = Record<'table' | 'indexes' | 'send' | 'inspect' | 'key', Set<string>>;

type Client = { config: { region(): Promise<string> } };
/** A command for documents names the operation by the client's own command within it. */
type Command = { input: unknown; clientCommand?: object };
type Input = z.infer<typeof inputSchema>;
type Take = (client: Client, name: string, input: Input, send: () => unknown) => Promise<unknown>;
const inputSchema = z.object({
  IndexName: z.string().optional(),
  QueueUrl: z.string().optional(),
  MessageBody: z.string().optional(),
  Plaintext: z.instanceof(Uint8Array).optional(),
  CiphertextBlob: z.instanceof(Uint8Array).optional(),
});

/**
 * Records what every function asks of AWS, at the one method that all SDK calls go through. Clients are told apart by their
 * region, which is the function's name. The table is asked for real; queues and KMS are answered here.
 * @param onMessage gets what is sent to a queue
 */
export function recordCalls(onMessage: (body: string) => Promise<void>) {
  const calls = new Map<string, RecordedCalls>(functionNames.map((name) => [name, emptyCalls()]));
  const unknown: string[] = [];
  const note = async (client: Client, kind: keyof RecordedCalls, what: string) => {
    const name = await client.config.region();
    calls.get(name)?.[kind].add(what);
  };
  const queueOf = (url = '') => url.slice(url.lastIndexOf('/') + 1);
  const restore = [
    intercept(DynamoDBDocumentClient, async (client, name, input, send) => {
      if (input.IndexName === undefined) await note(client, 'table', name);
      else await note(client, 'indexes', input.IndexName);
      if (input.IndexName !== undefined && name !== 'Query') unknown.push(`${name} of an index`);
      return send();
    }),
    intercept(SQSClient, async (client, name, input) => {
      if (name === 'SendMessage') {
        await note(client, 'send', queueOf(input.QueueUrl));
        await onMessage(input.MessageBody ?? '');
      } else if (name === 'GetQueueAttributes') await note(client, 'inspect', queueOf(input.QueueUrl));
      else unknown.push(name);
      return {};
    }),
    intercept(KMSClient, async (client, name, input) => {
      await note(client, 'key', name);
      return { CiphertextBlob: input.Plaintext, Plaintext: input.CiphertextBlob };
    }),
  ];
  const stop = () => {
    for (const undo of restore) undo();
  };
  return { calls, unknown, stop };
}

function emptyCalls(): RecordedCalls {
  return { table: new Set(), indexes: new Set(), send: new Set(), inspect: new Set(), key: new Set() };
}

/** Puts `take` before the `send` of a client class; returns what takes it away again. */
function intercept(of: { prototype: object }, take: Take): () => void {
  const original: unknown = Reflect.get(of.prototype, 'send');
  if (typeof original !== 'function') throw new Error('The SDK has no method send');
  Reflect.set(of.prototype, 'send', function (this: Client, command: Command) {
    const name = (command.clientCommand ?? command).constructor.name.replace(/Command$/, '');
    return take(this, name, inputSchema.parse(command.input), () => Reflect.apply(original, this, [command]));
  });
  // What it inherits comes to light again.
  return () => void Reflect.deleteProperty(of.prototype, 'send');
}
