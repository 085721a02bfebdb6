import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { planRun, type StagePlan } from '../../../shared/plan/plan-run.ts';
import type { Deps, PageRequest } from '../../../shared/ports.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { readStageSamples } from '../../../shared/runs/read-stage-columns.ts';
import { copySample, sampleSchema } from '../../../shared/sample/sample.ts';
import { csvColumnNames } from '../../../shared/sample/sample-fields.ts';
import { linkNext } from '../http/answers.ts';
import { buildContent, buildFormatSchema, chooseFormat } from '../http/choose-format.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { getRun } from '../runs/get-run.ts';

const placedSampleSchema = sampleSchema
  .extend({
    stageIndex: z.int().min(0).describe('Index of the stage in the plan'),
    targetId: z.string().describe('Id of the target'),
    levelIndex: z.int().min(0).describe('Index of the load level, in run order'),
  })
  .meta({ id: 'Sample', description: 'The raw record of one request' });

const sampleFormats = {
  ndjson: {
    contentType: 'application/x-ndjson',
    schema: placedSampleSchema,
    render: (samples: readonly PlacedSample[]) => samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''),
  },
  csv: { contentType: 'text/csv; charset=utf-8; header=present', schema: z.string(), render: renderSamplesCsv },
};

const sampleQuerySchema = z.strictObject({
  format: buildFormatSchema(sampleFormats),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000).describe('Maximum number of samples per page'),
  cursor: z.string().min(1).max(200).optional().describe('Cursor from the `Link` header of the previous page'),
});

export const sampleEndpoints = [
  defineEndpoint({
    operationId: 'listSamples',
    method: 'get',
    path: '/v1/runs/{runId}/samples',
    tag: 'Results',
    scope: 'runs:read',
    summary: 'List the samples of a run',
    description:
      'Returns the raw timings of a finished run: one line per planned request, including requests that were not sent, sorted by stage, batch and index. Timestamps are milliseconds on the monotonic clock of the batch. The `Link` header points to the next page.',
    errors: ['CONFLICT'],
    query: sampleQuerySchema,
    answers: { 200: { description: 'A page of samples', content: buildContent(sampleFormats) } },
    handle: async ({ c, deps, tenantId, params: { runId }, query }) => {
      const { limit, cursor = null } = query;
      const page = await listSamples(deps, tenantId, runId, { limit, cursor });
      linkNext(c, page.cursor);
      const { contentType, render } = chooseFormat(c, sampleFormats, query.format);
      return c.body(render(page.samples), 200, { 'Content-Type': contentType });
    },
  }),
];

type PlacedSample = z.infer<typeof placedSampleSchema>;

const count = z.int().min(0);
/** Start of a page: stage index, batch index, and number of samples to skip in the batch. */
const positionSchema = z.tuple([count, count, count]);
type Position = z.infer<typeof positionSchema>;

/**
 * Returns one page of a finished run's samples, sorted by stage, batch, and index. In each batch, warm-up requests come
 * last. Every planned request is listed once, even if it was not sent.
 * @throws AppError NOT_FOUND, CONFLICT if the run is active, INVALID_REQUEST if the cursor is invalid
 */
async function listSamples(
  deps: Pick<Deps, 'runs' | 'batches' | 'blocks'>,
  tenantId: string,
  runId: string,
  page: PageRequest,
): Promise<{ samples: PlacedSample[]; cursor: string | null }> {
  const run = await getRun(deps, tenantId, runId);
  if (!isTerminal(run.status))
    throw new AppError('CONFLICT', `The run is ${run.status}. Its samples are available when it is finished.`, {
      retryAfterSeconds: 2,
    });
  const stages = planRun(run.spec, run);
  const from = page.cursor === null ? null : parsePosition(page.cursor, stages);
  const samples: PlacedSample[] = [];
  for (const [stage, batchIndex] of listPlaces(stages, from)) {
    const skip = from !== null && from[0] === stage.stageIndex && from[1] === batchIndex ? from[2] : 0;
    const found = await readBatch(deps, run, stage, batchIndex);
    const room = page.limit - samples.length;
    samples.push(...found.slice(skip, skip + room));
    if (found.length - skip > room)
      return { samples, cursor: formatPosition([stage.stageIndex, batchIndex, skip + room]) };
  }
  return { samples, cursor: null };
}

function* listPlaces(stages: readonly StagePlan[], from: Position | null): Generator<[StagePlan, number]> {
  for (const stage of stages)
    for (const { batchIndex } of stage.batches)
      if (from === null || stage.stageIndex > from[0] || (stage.stageIndex === from[0] && batchIndex >= from[1]))
        yield [stage, batchIndex];
}

async function readBatch(
  deps: Pick<Deps, 'batches' | 'blocks'>,
  run: RunRecord,
  stage: StagePlan,
  batchIndex: number,
): Promise<PlacedSample[]> {
  const only = { ...stage, batches: stage.batches.filter((plan) => plan.batchIndex === batchIndex) };
  const targetId = run.spec.targets[stage.targetIndex]?.id ?? `target-${stage.targetIndex + 1}`;
  const placed: PlacedSample[] = [];
  for await (const samples of readStageSamples(deps, run, only))
    for (const sample of samples)
      placed.push({ stageIndex: stage.stageIndex, targetId, levelIndex: stage.levelIndex, ...copySample(sample) });
  return placed;
}

function formatPosition(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function parsePosition(cursor: string, stages: readonly StagePlan[]): Position {
  const { data: position } = positionSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (position !== undefined) {
    const [stageIndex, nth] = position;
    if (stages[stageIndex]?.batches.some(({ batchIndex }) => batchIndex === nth)) return position;
  }
  const remedy = 'Use the cursor from the Link header of the previous page, or omit it for the first page';
  throw new AppError('INVALID_REQUEST', 'The cursor is not valid', {
    faults: [{ pointer: '?cursor', fault: 'is not a cursor for this list', remedy }],
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Columns of the CSV file, in order. Nested fields become columns whose names contain dots. */
const columns = ['stageIndex', 'targetId', 'levelIndex', ...csvColumnNames].map((key) => ({ key }));

/**
 * Renders samples as CSV (RFC 4180) with a header line; null becomes an empty field. Escapes text that a spreadsheet
 * would run as a formula, such as a provider's error message.
 */
function renderSamplesCsv(samples: readonly PlacedSample[]): string {
  return stringify([...samples], {
    header: true,
    columns,
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: { boolean: (value) => String(value) },
  });
}
