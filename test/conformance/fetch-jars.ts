import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.ts';
import { findTool, tools } from './find-tool.ts';

/**
 * Returns the folder with the jars and native libraries of a `pom.xml` in this folder. Maven fetches them unless the
 * cache has those of the same file.
 * @throws Error with the output of Maven
 */
export async function fetchJars(name: 'dynamodb-local' | 'elasticmq', tell: (line: string) => void): Promise<string> {
  const pomFile = join(import.meta.dirname, name, 'pom.xml');
  const folder = join(cacheFolder, name);
  const stampFile = join(folder, 'fetched.xml');
  const pom = await readFile(pomFile, 'utf8');
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === pom) return folder;
  const maven = findTool(tools.maven);
  tell(`fetching ${name} from Maven Central`);
  await rm(folder, { recursive: true, force: true });
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  // Native libraries are loaded by a name without a version.
  const settings = ['-DincludeScope=runtime', '-Dmdep.stripVersion=true', `-DoutputDirectory=${folder}`];
  try {
    await promisify(execFile)(maven, ['-q', '-B', '-f', pomFile, goal, ...settings]);
  } catch (error) {
    throw new Error(`Maven could not fetch ${name}.`, { cause: error });
  }
  await writeFile(stampFile, pom);
  return folder;
}
