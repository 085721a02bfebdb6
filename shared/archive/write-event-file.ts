import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Timeline } from '../sample/sample.ts';
import type { Placement } from './archive-columns.ts';
import { type FilePiece, parquetForm, takeBytes } from './parquet-form.ts';

/** Row groups end after this many events, which limits the memory of writers and readers. */
const minGroupEvents = 250_000;

/** Parquet schema of the times of output events: one list per request. */
export const eventFileSchema: SchemaElement[] = [
  { name: 'events', num_children: 4 },
  { name: 'runId', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  { name: 'stageIndex', type: 'INT64', repetition_type: 'REQUIRED' },
  { name: 'requestIndex', type: 'INT64', repetition_type: 'REQUIRED' },
  { name: 'outputEventsMs', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'DOUBLE', repetition_type: 'REQUIRED' },
];

/**
 * Writes timelines as a Parquet file, piece by piece, in the given order. A request can have timelines of several
 * attempts; only its first one is written, as in a report.
 */
export async function* writeEventFile(
  { runId, stageIndex }: Pick<Placement, 'runId' | 'stageIndex'>,
  timelines: AsyncIterable<readonly Timeline[]>,
): AsyncGenerator<FilePiece> {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ ...parquetForm, writer, schema: eventFileSchema, statistics: false });
  const written = new Set<number>();
  let group: Timeline[] = [];
  let events = 0;
  const writeGroup = async () => {
    const columnData = [
      { name: 'runId', data: group.map(() => runId) },
      { name: 'stageIndex', data: group.map(() => BigInt(stageIndex)), encoding: 'PLAIN' as const },
      { name: 'requestIndex', data: group.map(({ requestIndex }) => BigInt(requestIndex)), encoding: 'PLAIN' as const },
      { name: 'outputEventsMs', data: group.map(({ outputEventsMs }) => outputEventsMs), encoding: 'PLAIN' as const },
    ];
    const rows = group.length;
    await file.write({ columnData, rowGroupSize: rows });
    [group, events] = [[], 0];
    return { bytes: takeBytes(writer), rows };
  };
  for await (const list of timelines)
    for (const timeline of list) {
      if (written.has(timeline.requestIndex)) continue;
      written.add(timeline.requestIndex);
      group.push(timeline);
      events += timeline.outputEventsMs.length;
      if (events >= minGroupEvents) yield await writeGroup();
    }
  if (group.length > 0) yield await writeGroup();
  await file.finish();
  yield { bytes: takeBytes(writer), rows: 0 };
}
