import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { followRun } from '../../infra/client/follow-run.ts';
import { createRunClient, type RunClient } from '../../infra/client/run-client.ts';
import { startLocal } from '../../infra/local/start-local.ts';
import { type Provider, startProvider } from '../../infra/provider/start-provider.ts';
import { readReport } from '../../shared/report/model/read-report.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { runSpecInputSchema } from '../../shared/spec/run-spec.ts';
import { renderStudy } from './render-study.ts';
import { type StudyName, studyNames } from './study-names.ts';

/*
 * `npm run study:blog`: the whole study of the blog post, run on the three simulated providers; some fifteen minutes. Its tables
 * replace those of docs/results/blog-2023.md, and its reports are kept in .demo/blog-2023. `-- --only NAME` (may be repeated) runs only
 * these parts and takes the kept reports of the others.
 */

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [...studyNames] } } });

const project = fileURLToPath(new URL('../..', import.meta.url));
const directory = join(project, '.demo', 'blog-2023');
const document = join(project, 'docs', 'results', 'blog-2023.md');
/** What each target of an example is, by its id. */
const presetOf: Record<string, string> = {
  anyscale: 'anyscale-2023',
  fireworks: 'fireworks-2023',
  perplexity: 'perplexity-2023',
};

await mkdir(directory, { recursive: true });
const providers = new Map<string, Provider>();
for (const [id, preset] of Object.entries(presetOf))
  providers.set(id, await startProvider(preset, join(directory, `${preset}.ndjson`)));
const dataDir = join(directory, 'data');
const server = await startLocal({ dataDir, port: 0, environment: { LOG_LEVEL: 'error' } });
try {
  const api = createRunClient(server);
  const reports = new Map<StudyName, Report>();
  // One after another: what is measured beside something else is another measurement.
  for (const name of studyNames)
    reports.set(name, values.only.includes(name) ? await measure(api, name) : await keptReport(name));
  const tables = renderStudy(reports);
  console.log(`\n${tables}`);
  await replaceTables(tables);
} finally {
  await server.close();
  for (const provider of providers.values()) await provider.close();
}

async function measure(api: RunClient, name: StudyName): Promise<Report> {
  const text = await readFile(join(project, 'examples', 'blog-2023', `${name}.json`), 'utf8');
  const spec = runSpecInputSchema.parse(JSON.parse(text));
  const targets = spec.targets.map((target) => ({
    ...target,
    baseUrl: providers.get(target.id ?? '')?.url ?? target.baseUrl,
  }));
  console.log(`\n${spec.name}`);
  const run = await followRun(api, await api.createRun({ ...spec, targets }), process.stdout);
  if (run.status !== 'completed') throw new Error(`${name} ended as ${run.status}`);
  await writeFile(join(directory, `${name}.json`), await api.getReport(run.runId, 'json'));
  return keptReport(name);
}

async function keptReport(name: StudyName): Promise<Report> {
  return readReport(await readFile(join(directory, `${name}.json`), 'utf8'));
}

/** Between the two marks of the document. */
async function replaceTables(tables: string): Promise<void> {
  const [begin, end] = ['<!-- tables of npm run study:blog -->', '<!-- end of tables -->'];
  const text = await readFile(document, 'utf8');
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${document} has no marks for the tables`);
  await writeFile(document, `${text.slice(0, before + begin.length)}\n\n${tables}\n\n${text.slice(after)}`);
}
