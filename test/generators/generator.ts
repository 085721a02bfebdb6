import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from '../support/commands/run-command.ts';
import { cacheFolder } from './cache-folder.ts';

/** Folders of one generator. */
export type Folders = {
  /** The installed generator, which later runs use again. */
  tools: string;
  /** The driver and the generated client, written by each run. */
  work: string;
};

/** A client generator, and a program that drives a whole run with its client. */
export type Generator = {
  name: string;
  /** Language, and the library that sends the requests. */
  language: string;
  /** Pinned version of the generator. */
  version: string;
  /** Form of the contract that the generator reads: openapi.yaml, or its OpenAPI 3.0.3 form. */
  contract: '3.1' | '3.0';
  /** Commands that must be installed. */
  needs: readonly string[];
  /** Commands that install the generator in `tools`. */
  install(folders: Folders): readonly Command[];
  /** Files that the generator needs next to the contract, by name. */
  settings?: Readonly<Record<string, string>>;
  /** Commands that generate the client in `work` from `contract`. */
  generate(folders: Folders, contract: string): readonly Command[];
  /** Folder of the generated client in `work`, and the ending of its files. */
  client: { folder: string; ending: string };
  /** Matches the declarations of types that the generator had to invent a name for. */
  anonymousType: RegExp;
  /** Matches lines of the generator's output that tell of a lost part of the contract. */
  lossWarning: RegExp;
  /** Commands that compile the client and the driver in their strict mode. */
  compile(folders: Folders): readonly Command[];
  drive(folders: Folders): Command;
};

/** Runs an installation, unless the cache has the same one. */
export async function installOnce(
  { name, install }: Pick<Generator, 'name' | 'install'>,
  run: (command: Command) => Promise<string>,
): Promise<Folders> {
  const folders = { tools: join(cacheFolder, name, 'tools'), work: join(cacheFolder, name, 'work') };
  await mkdir(folders.tools, { recursive: true });
  const commands = install(folders);
  const stampFile = join(folders.tools, 'installed.json');
  const stamp = JSON.stringify(commands);
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return folders;
  for (const command of commands) await run(command);
  await writeFile(stampFile, stamp);
  return folders;
}
