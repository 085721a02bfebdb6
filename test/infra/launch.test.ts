import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenmeter-launch-'));
  await mkdir(join(folder, 'infra'));
  await copyFile(resolve('infra/launch.mjs'), join(folder, 'infra/launch.mjs'));
  await writeFile(
    join(folder, 'program.ts'),
    'const given: string[] = process.argv.slice(1);\nconsole.log(given.join());\n',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const installPackages = async () => {
  await mkdir(join(folder, 'node_modules/zod'), { recursive: true });
  await writeFile(join(folder, 'node_modules/zod/package.json'), '{}');
};

/** Launches the program. `version` replaces the version that Node.js reports. */
function launch(
  version: string,
  ...programArguments: string[]
): Promise<{ code: number; out: string; lines: string[] }> {
  const setVersion = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  const options = ['--import', `data:text/javascript,${encodeURIComponent(setVersion)}`, 'infra/launch.mjs'];
  return new Promise((done) => {
    const child = execFile(process.execPath, [...options, ...programArguments], { cwd: folder }, (_, out, errors) =>
      done({ code: child.exitCode ?? -1, out, lines: errors.split('\n').filter((line) => line !== '') }),
    );
  });
}

test('the first command says in one line that packages or Node.js are missing, and else runs the program', async () => {
  const unready = await launch('24.21.0', 'program.ts');
  expect(unready).toEqual({ code: 1, out: '', lines: ['The packages are not installed. Run: npm ci'] });
  await installPackages();
  const old = await launch('20.20.2', 'program.ts');
  expect(old).toMatchObject({
    code: 1,
    out: '',
    lines: [expect.stringMatching(/^Node\.js 24 or later is required; this is 20/)],
  });
  expect((await launch('20.20.2')).code).toBe(1);
  expect(await launch('24.0.0')).toEqual({ code: 0, out: '', lines: [] });
  expect(await launch('26.1.0', 'program.ts', '--flag', 'x')).toEqual({
    code: 0,
    out: `${join(folder, 'program.ts')},--flag,x\n`,
    lines: [],
  });
});

test.skipIf(process.platform !== 'linux')('a program has 64 threads for name lookups, which may hang', async () => {
  const count = "console.log(readdirSync('/proc/self/task').length)";
  const program = `import { lookup } from 'node:dns';\nimport { readdirSync } from 'node:fs';\nlookup('localhost', () => ${count});\n`;
  await writeFile(join(folder, 'count.ts'), program);
  await installPackages();
  expect(Number((await launch('24.21.0', 'count.ts')).out)).toBeGreaterThanOrEqual(64);
});
