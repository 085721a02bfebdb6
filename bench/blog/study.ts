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
import { type StudyName, studyNames } from './get-report.ts';
import { renderStudy } from './render-study.ts';

/*
 * `npm run study:blog`: repeats the study of the blog post on the three simulated providers in about 15 minutes. It replaces
 * the tables in docs/results/blog-2023.md and stores its reports in .demo/blog-2023. `-- --only NAME` (repeatable) runs only
 * these parts and uses the stored reports of the others.
 */

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [...studyNames] } } });

const project = fileURLToPath(new URL('../..', import.meta.url));
const directory = join(project, '.demo', 'blog-2023');
const document = join(project, 'docs', 'results', 'blog-2023.md');
/** Presets by target id. */
const presets: Record<string, string> = {
  anyscale: 'anyscale-2023',
  fireworks: 'fireworks-2023',
  perplexity: 'perplexity-2023',
};

await mkdir(directory, { recursive: true });
const providers = new Map<string, Provider>();
for (const [id, preset] of Object.entries(presets))
  providers.set(id, await startProvider(preset, join(directory, `${preset}.ndjson`)));
const dataDir = join(directory, 'data');
const server = await startLocal({ dataDir, port: 0, environment: { LOG_LEVEL: 'error', LOOPBACK_PORTS: 'any' } });
try {
  const api = createRunClient(server);
  const reports = new Map<StudyName, Report>();
  // Runs are sequential, because concurrent runs would disturb each other.
  for (const name of studyNames) {
    if (values.only.includes(name)) await measure(api, name);
    reports.set(name, readReport(await readFile(join(directory, `${name}.json`), 'utf8')));
  }
  const tables = renderStudy(reports);
  console.log(`\n${tables}`);
  await replaceTables(tables);
} finally {
  await server.close();
  for (const provider of providers.values()) await provider.close();
}

async function measure(api: RunClient, name: StudyName): Promise<void> {
  const text = await readFile(join(project, 'examples', 'blog-2023', `${name}.json`), 'utf8');
  const spec = runSpecInputSchema.parse(JSON.parse(text));
  const targets = spec.targets.map((target) => ({
    ...target,
    baseUrl: providers.get(target.id ?? '')?.url ?? target.baseUrl,
  }));
  console.log(`\n${spec.name}`);
  const run = await followRun(api, await api.createRun({ ...spec, targets }), process.stdout);
  if (run.status !== 'completed') throw new Error(`${name} did not complete. Its status is "${run.status}".`);
  await writeFile(join(directory, `${name}.json`), await api.getReport(run.runId, ''));
}

/** Replaces the text between the two markers of the document. */
async function replaceTables(tables: string): Promise<void> {
  const [begin, end] = ['<!-- tables of npm run study:blog -->', '<!-- end of tables -->'];
  const text = await readFile(document, 'utf8');
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${document} has no markers for the tables.`);
  await writeFile(document, `${text.slice(0, before + begin.length)}\n\n${tables}\n\n${text.slice(after)}`);
}
