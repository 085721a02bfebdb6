import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertTo30 } from '../../infra/openapi/convert-to-30.ts';
import { findMissingTool } from '../support/commands/find-missing-tool.ts';
import { runCommand } from '../support/commands/run-command.ts';
import { contract } from '../support/service/contract.ts';
import { cacheFolder } from './cache-folder.ts';
import { checkDrive } from './check-drive.ts';
import { copyExample, type Example, examples } from './examples.ts';
import { type Folders, type Generator, installOnce } from './generator.ts';
import { measureClient } from './measure-client.ts';
import { generators } from './registry.ts';
import { type Place, startPlace } from './start-place.ts';
import { type Row, writeTable } from './write-table.ts';

/*
 * `npm run test:generators`: generates clients from openapi.yaml, compiles them, and drives a whole run with each.
 * `-- hey-api` selects generators. Each row of the table in docs/clients.md is written when its generator has run, but not
 * with `--no-table`.
 */

const contracts = {
  '3.1': fileURLToPath(new URL('../../openapi.yaml', import.meta.url)),
  '3.0': join(cacheFolder, 'openapi-3.0.json'),
};
const tell = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);

async function testGenerator(generator: Generator, openPlace: () => Promise<Place>): Promise<Row> {
  const { name, language, version, needs } = generator;
  const row = { name, language, version };
  const missing = findMissingTool(needs);
  if (missing !== null) return { ...row, skipped: `${missing} is missing` };
  tell(`${name} ${version}: install`);
  const folders = await installOnce(generator, runCommand);
  tell(`${name}: generate`);
  const faults = await generate(generator, folders);
  const { lines, anonymousTypes, lost } = await measureClient(folders.work, generator);
  faults.push(...lost.map((part) => `${part} is lost`), ...anonymousTypes.map((type) => `anonymous type: ${type}`));
  tell(`${name}: compile`);
  for (const command of generator.compile(folders)) await runCommand(command);
  tell(`${name}: drive a run`);
  const { numbers, equalNumbers, faults: driveFaults } = await drive(generator, folders, await openPlace());
  return {
    ...row,
    lines,
    anonymousTypes: anonymousTypes.length,
    numbers,
    equalNumbers,
    faults: [...faults, ...driveFaults],
  };
}

/** Generates the client next to the driver. Returns what the generator told of lost parts. */
async function generate(generator: Generator, folders: Folders): Promise<string[]> {
  const [top = ''] = generator.client.folder.split('/');
  await rm(join(folders.work, top), { recursive: true, force: true });
  await mkdir(folders.work, { recursive: true });
  const driver = join(import.meta.dirname, generator.name, 'driver');
  for (const file of await readdir(driver)) await cp(join(driver, file), join(folders.work, file), { recursive: true });
  for (const [file, text] of Object.entries(generator.settings ?? {})) await writeFile(join(folders.work, file), text);
  const outputs: string[] = [];
  for (const command of generator.generate(folders, contracts[generator.contract]))
    outputs.push(await runCommand(command));
  await writeFile(join(folders.work, 'generate.log'), outputs.join('\n'));
  return outputs
    .join('\n')
    .split('\n')
    .filter((line) => generator.lossWarning.test(line));
}

async function drive(generator: Generator, folders: Folders, { proxy, env }: Place) {
  const output = join(folders.work, 'output');
  await rm(output, { recursive: true, force: true });
  await mkdir(output);
  proxy.exchanges.length = 0;
  const command = generator.drive(folders);
  await runCommand({ ...command, env: { ...env, OUTPUT_FOLDER: output, ...command.env } });
  return checkDrive(proxy.exchanges, output);
}

/** Runs an example against the service. Returns its faults, or null if its toolchain is missing. */
async function testExample({ name, needs, prepare, run }: Example, openPlace: () => Promise<Place>) {
  if (findMissingTool(needs) !== null) return null;
  tell(`example ${name}: generate and compile`);
  const folder = await copyExample(name);
  for (const command of prepare(folder, contracts)) await runCommand(command);
  tell(`example ${name}: run`);
  const { env } = await openPlace();
  const command = run(folder);
  const output = await runCommand({ ...command, env: { ...env, ...command.env } });
  return output.includes('local: 20 of 20 requests succeeded') ? [] : [`unexpected output: ${output}`];
}

const noTable = '--no-table';
const wanted = process.argv.slice(2).filter((name) => name !== noTable);
const hasTable = !process.argv.includes(noTable);
const names = [...generators.map(({ name }) => name), ...examples.map(({ name }) => `example-${name}`)];
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`Unknown names: ${unknown.join(', ')}. Known: ${names.join(', ')}`);
const isSelected = (name: string) => wanted.length === 0 || wanted.includes(name);
const selected = generators.filter(({ name }) => isSelected(name));
const selectedExamples = examples.filter(({ name }) => isSelected(`example-${name}`));
await mkdir(cacheFolder, { recursive: true });
await writeFile(contracts['3.0'], JSON.stringify(convertTo30(contract)));
const opened: { place?: Promise<Place> } = {};
const openPlace = () => {
  opened.place ??= startPlace();
  return opened.place;
};
let failed = 0;
let skipped = 0;
try {
  for (const generator of selected) {
    const { name, language, version } = generator;
    const row = await testGenerator(generator, openPlace).catch((error): Row => {
      return { name, language, version, faults: [error instanceof Error ? error.message : String(error)] };
    });
    for (const fault of row.faults?.slice(0, 20) ?? []) tell(`${name}: ${fault}`);
    if (row.skipped !== undefined) tell(`${name}: skipped, because ${row.skipped}`);
    skipped += row.skipped === undefined ? 0 : 1;
    failed += (row.faults?.length ?? 0) > 0 ? 1 : 0;
    if (hasTable) await writeTable(row);
  }
  for (const example of selectedExamples) {
    const describe = (error: unknown) => [error instanceof Error ? error.message : String(error)];
    const faults = await testExample(example, openPlace).catch(describe);
    for (const fault of faults ?? ['skipped, because its toolchain is missing'])
      tell(`example ${example.name}: ${fault}`);
    skipped += faults === null ? 1 : 0;
    failed += faults !== null && faults.length > 0 ? 1 : 0;
  }
} finally {
  await (await opened.place?.catch(() => null))?.close();
}
console.log(
  `${selected.length + selectedExamples.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`,
);
process.exitCode = failed > 0 ? 1 : 0;
