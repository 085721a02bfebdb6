import type { StoredRendering } from '../../../shared/ports.ts';
import { rendererVersion } from '../../../shared/report/render/renderer-version.ts';
import { sendRemoval } from '../../../shared/runs/send-removal.ts';
import { splitText } from '../../../shared/split-text.ts';
import { requireFound } from '../http/answers.ts';
import type { Call, Caller } from '../http/define-endpoint.ts';
import { buildTag, isUnchanged } from '../http/entity-tags.ts';
import { getFinishedRun, getReport } from '../runs/get-run.ts';

/**
 * Returns a rendering of a finished run's report as a stream, and sets its `ETag`. Renders the report only on the first
 * call, and stores the rendering next to the report. Rendering again would give the same bytes, so concurrent calls do no
 * harm. The stream is empty if the client has the rendering, because the response becomes a 304.
 * @param render renders the report, which is given as canonical JSON
 * @throws AppError NOT_FOUND, REPORT_NOT_READY
 */
export async function renderOnce(
  call: Pick<Call, 'c'> & Caller,
  { runId, name }: { runId: string; name: string },
  render: (json: string) => string | readonly string[] | Promise<string | readonly string[]>,
): Promise<ReadableStream<Uint8Array>> {
  const { runs, renderings } = call.deps;
  await getFinishedRun(call, runId);
  const versioned = `${rendererVersion}#${name}`;
  const stored = await renderings.open(runId, versioned);
  if (stored !== null) return readUnlessKnown(call, stored);
  const rendered = await render(await getReport(call, runId));
  await renderings.put(runId, versioned, typeof rendered === 'string' ? [rendered] : rendered);
  // A run that was deleted in the meantime must not leave its rendering behind.
  if ((await runs.get(runId)) === null) await sendRemoval(call.deps, { runId, tenantId: call.tenantId });
  return readUnlessKnown(call, requireFound(await renderings.open(runId, versioned), 'run', runId));
}

async function readUnlessKnown({ c }: Pick<Call, 'c'>, { sha256, read }: StoredRendering) {
  return isUnchanged(c, buildTag(sha256)) ? streamText('') : read();
}

/**
 * Returns a finished run's report as a stream of JSON, and sets its `ETag`. The stream is empty if the client has the
 * report.
 * @throws AppError NOT_FOUND, REPORT_NOT_READY
 */
export async function readReportOnce(
  call: Pick<Call, 'c'> & Caller,
  runId: string,
): Promise<ReadableStream<Uint8Array>> {
  await getFinishedRun(call, runId);
  const sha256 = requireFound(await call.deps.reports.getDigest(runId), 'report of', runId);
  // A later version may show the fields of an earlier report under other names, so its version is part of the tag.
  if (isUnchanged(call.c, buildTag(`${sha256}-${rendererVersion}`))) return streamText('');
  return streamText(await getReport(call, runId));
}

/** Streams a text in small pieces, so that its bytes are never in memory as a whole. */
export function streamText(text: string): ReadableStream<Uint8Array> {
  return ReadableStream.from(splitText(text)).pipeThrough(new TextEncoderStream());
}
