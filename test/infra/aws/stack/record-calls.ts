import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { functionNames } from '../../../../infra/aws/stack/function-settings.ts';
import { findSecretKind } from '../../../support/find-secret-kind.ts';

export type RecordedCalls = Record<'table' | 'indexes' | 'send' | 'inspect' | 'seal' | 'open' | 'objects', Set<string>>;

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
  /** Text for an object, and attributes for an item. */
  Key: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  Delete: z.object({ Objects: z.array(z.object({ Key: z.string() })) }).optional(),
});

/**
 * Records all AWS calls of every function, at the method that all SDK calls use. The region of a client is the name of its
 * function. Calls to the table and the bucket are executed; queues and KMS are simulated here.
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
    intercept(S3Client, async (client, name, input, send) => {
      const keys = input.Delete?.Objects.map(({ Key }) => Key) ?? [typeof input.Key === 'string' ? input.Key : ''];
      for (const key of keys) await note(client, 'objects', nameObjectRight(name, key));
      return send();
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

/** Rights of S3 that other operations need. HeadObject needs the right to read, and all steps of an upload to write. */
const objectRights: Record<string, string> = {
  HeadObject: 'GetObject',
  DeleteObjects: 'DeleteObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
};

/** Names the right to call an operation on an object, with the folder of its key. */
function nameObjectRight(operation: string, key: string): string {
  if (operation === 'ListObjectsV2') return 'ListBucket';
  return `${objectRights[operation] ?? operation} ${key.split('/')[0]}`;
}

function emptyCalls(): RecordedCalls {
  return {
    table: new Set(),
    indexes: new Set(),
    send: new Set(),
    inspect: new Set(),
    seal: new Set(),
    open: new Set(),
    objects: new Set(),
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
