import { z } from 'zod';
import { matchText, requireForm } from '../errors/schema-rule.ts';
import { countSchema } from '../number-schema.ts';
import { outcomeSchema } from '../sample/outcome-schemas.ts';
import { protocolSchema } from '../spec/target.ts';

/** Version of the format of recorded exchanges. A change that `npm run replay` cannot read needs a new version. */
const exchangeVersion = 1;

/** Maximum number of unusual exchanges that a run keeps, and of those whose answer is good. All targets share them. */
export const maxUnusualExchanges = 100;
export const maxNotedExchanges = 50;
/** Maximum size in bytes of all recorded exchanges of a run. */
export const maxExchangesBytes = 67_108_864;

/** Id of a recorded exchange within its run: `0-12-1`, or `check-0` for the check of a target. */
export const exchangeIdSchema = matchText(
  /^(?:\d{1,4}-\d{1,9}-\d{1,5}|check-\d{1,4})$/,
  requireForm('the id of a recorded exchange, such as 0-12-1'),
);

/** Formats the id of a request's exchange from the stage, the request, and the attempt of its batch. */
export function formatExchangeId(stageIndex: number, requestIndex: number, attempt: number): string {
  return `${stageIndex}-${requestIndex}-${attempt}`;
}

export const exchangeReasons = ['first', 'failed', 'noted', 'disturbed'] as const;
export type ExchangeReason = (typeof exchangeReasons)[number];

const sinceStart = z.number().nullable();
const reasonsSchema = z.array(z.enum(exchangeReasons).meta({ id: 'ExchangeReason' }));
const encodingSchema = z.enum(['utf-8', 'base64']).meta({ id: 'BodyEncoding' });
const body = {
  body: z.string(),
  bodyEncoding: encodingSchema,
  omitted: z.string().nullable().describe('Why the body, or the rest of it, is not recorded'),
};

const requestSchema = z
  .object({ line: z.string(), headers: z.array(z.string()), ...body })
  .meta({ id: 'RecordedRequest' });

const responseSchema = z
  .object({
    statusLine: z.string().nullable(),
    headers: z.array(z.string()),
    ...body,
    readAtMs: z.array(z.number()).describe('Time of each read of the connection'),
    readBytes: z.array(countSchema).describe('Size of each read, including the head'),
    end: z
      .enum(['complete', 'closed', 'reset', 'stopped'])
      .meta({ id: 'ResponseEnd' })
      .describe('`closed`, `reset`: by the server. `stopped`: the service stopped waiting'),
  })
  .meta({ id: 'RecordedResponse' });

/** Schema of a recorded exchange: what a request sent and received, without secrets. `docs/exchanges.md` describes it. */
export const recordedExchangeSchema = z
  .object({
    format: z.literal('tokenmeter-exchange'),
    version: z.literal(exchangeVersion),
    exchangeId: exchangeIdSchema,
    tokenmeterVersion: z.string(),
    startedAt: z.iso.datetime(),
    targetId: z.string(),
    protocol: protocolSchema,
    httpVersion: z.enum(['1.1', '2']).meta({ id: 'RecordedHttpVersion' }),
    reasons: reasonsSchema,
    outcome: outcomeSchema,
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    notes: z.string().nullable(),
    sentMs: sinceStart,
    headersMs: sinceStart,
    firstOutputMs: sinceStart,
    lastOutputMs: sinceStart,
    endMs: sinceStart,
    outputEvents: countSchema,
    request: requestSchema.nullable().describe('Null if no connection was open'),
    response: responseSchema.nullable(),
  })
  .meta({
    id: 'RecordedExchange',
    description: 'A request and its response as they were on the connection. Times are milliseconds since the start',
  });
export type RecordedExchange = z.infer<typeof recordedExchangeSchema>;

/** What a list shows of a recorded exchange. */
export const exchangeSummarySchema = z
  .object({
    exchangeId: exchangeIdSchema,
    stageIndex: countSchema.nullable(),
    requestIndex: countSchema.nullable(),
    targetId: z.string(),
    reasons: reasonsSchema,
    outcome: outcomeSchema,
    bytes: countSchema,
  })
  .meta({ id: 'ExchangeSummary' });
export type ExchangeSummary = z.infer<typeof exchangeSummarySchema>;
