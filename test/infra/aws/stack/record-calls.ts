import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { functionNames } from '../../../../infra/aws/stack/function-settings.ts';
import { findSecretKind } from '../../../support/find-secret-kind.ts';

export type RecordedCalls = Record<'table' | 'indexes' | 'send' | 'inspect' | 'seal' | 'open', Set<string>>;

type Client = { config: { region(): Promise<string> } };
/** Returns the operation of a command. A document command contains the client's own command. */
type Command = { input: unknown; clientCommand?: object };
type Input = z.infer<typeof inputSchema>;
type Take = (client: Client, name: string, input: Input, send: () => unknown) => Promise<unknown>;
const inputSchema = z.object({
  IndexName: z.string().optional(),
  QueueUrl: z.string().optional(),
  MessageBody: z.string().optional(),
  Plaintext: z.instanceof(Uint8Array).optional(),
  CiphertextBlob: z.instanceof(Uint8Array).optional(),
  EncryptionContext: z.record(z.string(), z.string()).optional(),
});

/**
 * Records all AWS calls of every function, at the method that all SDK calls use. The region of a client is the name of its
 * function. Calls to the table are executed; queues and KMS are simulated here.
 * @param onMessage receives the messages sent to queues
 */
export function recordCalls(onMessage: (body: string) => Promise<void>) {
  const calls = new Map<string, RecordedCalls>(functionNames.map((name) => [name, emptyCalls()]));
  const unknown: string[] = [];
  const note = async (client: Client, kind: keyof RecordedCalls, what: string) => {
    const name = await client.config.region();
    calls.get(name)?.[kind].add(what);
  };
  const readQueue = (url = '') => url.slice(url.lastIndexOf('/') + 1);
  const restore = [
    intercept(DynamoDBDocumentClient, async (client, name, input, send) => {
      if (input.IndexName === undefined) await note(client, 'table', name);
      else await note(client, 'indexes', input.IndexName);
      if (input.IndexName !== undefined && name !== 'Query') unknown.push(`${name} of an index`);
      return send();
    }),
    intercept(SQSClient, async (client, name, input) => {
      if (name === 'SendMessage') {
        await note(client, 'send', readQueue(input.QueueUrl));
        await onMessage(input.MessageBody ?? '');
      } else if (name === 'GetQueueAttributes') await note(client, 'inspect', readQueue(input.QueueUrl));
      else unknown.push(name);
      return {};
    }),
    intercept(KMSClient, async (client, name, input) => {
      const kind = findSecretKind(Object.keys(input.EncryptionContext ?? {}));
      if (kind === null || (name !== 'Encrypt' && name !== 'Decrypt')) unknown.push(`${name} of a secret`);
      else await note(client, name === 'Encrypt' ? 'seal' : 'open', kind);
      return { CiphertextBlob: input.Plaintext, Plaintext: input.CiphertextBlob };
    }),
  ];
  const stop = () => {
    for (const undo of restore) undo();
  };
  return { calls, unknown, stop };
}

function emptyCalls(): RecordedCalls {
  return {
    table: new Set(),
    indexes: new Set(),
    send: new Set(),
    inspect: new Set(),
    seal: new Set(),
    open: new Set(),
  };
}

/** Replaces `send` of a client class with `take`. Returns a function that restores it. */
function intercept(of: { prototype: object }, take: Take): () => void {
  const original: unknown = Reflect.get(of.prototype, 'send');
  if (typeof original !== 'function') throw new Error('The SDK has no method send');
  Reflect.set(of.prototype, 'send', function (this: Client, command: Command) {
    const name = (command.clientCommand ?? command).constructor.name.replace(/Command$/, '');
    return take(this, name, inputSchema.parse(command.input), () => Reflect.apply(original, this, [command]));
  });
  // Uncovers the inherited method.
  return () => void Reflect.deleteProperty(of.prototype, 'send');
}
