import { rendererVersion } from '../../../shared/report/render/renderer-version.ts';
import { splitText } from '../../../shared/split-text.ts';
import { requireFound } from '../http/answers.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { getFinishedRun, getReport } from '../runs/get-run.ts';

/**
 * Returns a rendering of a finished run's report as a stream. Renders the report only on the first call, and stores the
 * rendering next to the report. Rendering again would give the same bytes, so concurrent calls do no harm.
 * @param render renders the report, which is given as canonical JSON
 * @throws AppError NOT_FOUND, REPORT_NOT_READY
 */
export async function renderOnce(
  caller: Caller,
  { runId, name }: { runId: string; name: string },
  render: (json: string) => string | readonly string[] | Promise<string | readonly string[]>,
): Promise<ReadableStream<Uint8Array>> {
  const { runs, renderings } = caller.deps;
  await getFinishedRun(caller, runId);
  const versioned = `${rendererVersion}#${name}`;
  const stored = await renderings.open(runId, versioned);
  if (stored !== null) return stored;
  const rendered = await render(await getReport(caller, runId));
  await renderings.put(runId, versioned, typeof rendered === 'string' ? [rendered] : rendered);
  // A run that was deleted in the meantime must not leave its rendering behind.
  if ((await runs.get(runId)) === null) await runs.remove(runId);
  return requireFound(await renderings.open(runId, versioned), 'run', runId);
}

/** Streams a text in small pieces, so that its bytes are never in memory as a whole. */
export function streamText(text: string): ReadableStream<Uint8Array> {
  return ReadableStream.from(splitText(text)).pipeThrough(new TextEncoderStream());
}
