import { spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

type Tool = { name: string; commands: readonly string[]; versionArgument: string; least: string; install: string };

/** Programs that the servers need. */
export const tools = {
  java: {
    name: 'Java 17 or later',
    commands: ['java'],
    versionArgument: '-version',
    least: '17',
    install: 'a JDK or JRE (Debian: apt install openjdk-17-jre-headless)',
  },
  maven: {
    name: 'Maven 3',
    commands: ['mvn'],
    versionArgument: '--version',
    least: '3',
    install: 'Maven, which fetches the servers in Java (Debian: apt install maven)',
  },
  python: {
    name: 'Python 3.11 or later',
    commands: ['python3.13', 'python3.12', 'python3.11', 'python3'],
    versionArgument: '--version',
    least: '3.11',
    install: 'Python with its venv module (Debian: apt install python3-venv)',
  },
} as const satisfies Record<string, Tool>;

/**
 * Returns the command of an installed tool.
 * @throws Error with the missing tool and how to install it
 */
export function findTool({ name, commands, versionArgument, least, install }: Tool): string {
  const seen: string[] = [];
  for (const command of commands) {
    const { status, stdout, stderr } = spawnSync(command, [versionArgument], { encoding: 'utf8' });
    if (status !== 0) continue;
    const version = /\d+(\.\d+)?/.exec(stripVTControlCharacters(`${stdout}${stderr}`))?.[0] ?? '';
    if (isAtLeast(version, least)) return command;
    seen.push(`${command} is version ${version}`);
  }
  const found = seen.length === 0 ? 'it was not found' : seen.join(', ');
  throw new Error(`${name} is missing: ${found}. Install ${install} and try again.`);
}

/** Compares major and minor versions as numbers: 3.9 is before 3.11. */
function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
