import { createHash } from 'node:crypto';
import type { Message } from '@aws-sdk/client-sqs';
import { startFaultyProxy } from '../../support/servers/faulty-proxy.ts';

/**
 * The lineage of an invocation: how often each function was invoked in its chain. Lambda adds it to the trace header, the
 * SDK sends the header with each call, and SQS stores it with the message.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export type Lineage = ReadonlyMap<string, number>;

/** Number of invocations of a function in one chain after which Lambda drops the next one. AWS says: about 16. */
export const mostInvocations = 16;

/** Identifies a function in a lineage. */
export function hashFunctionName(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}

export function formatLineage(lineage: Lineage): string {
  return `Lineage=${[...lineage].map(([hash, count]) => `${hash}:${count}`).join('|')}`;
}

export function parseLineage(traceHeader: string): Lineage {
  const [, entries = ''] = /(?:^|;)Lineage=([^;]*)/.exec(traceHeader) ?? [];
  const pairs = entries.split('|').flatMap((entry): [string, number][] => {
    const [hash = '', count = ''] = entry.split(':');
    return hash === '' ? [] : [[hash, Number(count)]];
  });
  return new Map(pairs);
}

/** Name of the message attribute with the trace header. SQS has a system attribute, which the embedded server lacks. */
const traceAttribute = 'AWSTraceHeader';

/** Joins the lineages of the messages of one invocation. */
export function readLineage(messages: readonly Message[]): Lineage {
  const joined = new Map<string, number>();
  for (const { MessageAttributes } of messages)
    for (const [hash, count] of parseLineage(MessageAttributes?.[traceAttribute]?.StringValue ?? ''))
      joined.set(hash, Math.max(count, joined.get(hash) ?? 0));
  return joined;
}

/** Starts a proxy of SQS that stores the trace header of a call with the message, as SQS does. */
export function startLineageProxy(upstream: string) {
  return startFaultyProxy(upstream, (operation, body, { 'x-amzn-trace-id': traceId }) => {
    if (operation !== 'SendMessage' || traceId === undefined) return 'pass';
    const message = JSON.parse(body);
    const attribute = { DataType: 'String', StringValue: String(traceId) };
    const MessageAttributes = { ...message.MessageAttributes, [traceAttribute]: attribute };
    return { bodies: [JSON.stringify({ ...message, MessageAttributes })] };
  });
}
