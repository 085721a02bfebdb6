import { z } from 'zod';

const packageSchema = z.looseObject({
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  dev: z.boolean().optional(),
});

export const lockfileSchema = z.looseObject({ packages: z.record(z.string(), packageSchema) });
type Lockfile = z.infer<typeof lockfileSchema>;

export type MissingPackage = {
  location: string;
  entry: { version: string; optional: true; dev?: boolean; os?: string[]; cpu?: string[] };
};

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'armeabi', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

/** Finds optional dependencies without an entry in the lock file. Derives each package's platform from its name. */
export function findMissingPackages({ packages }: Lockfile): MissingPackage[] {
  return Object.entries(packages).flatMap(([parent, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !listPlaces(parent, name).some((place) => place in packages))
      .map(([name, range]) => ({
        location: `node_modules/${name}`,
        entry: { version: range.replace(/^[\^~]/, ''), optional: true, ...(dev && { dev }), ...readPlatform(name) },
      })),
  );
}

/** Lists the paths where Node.js looks for a package, starting at the package that depends on it. */
function listPlaces(parent: string, name: string): string[] {
  const folders = parent.split('/node_modules/');
  return [...folders.map((_, depth) => folders.slice(0, folders.length - depth).join('/node_modules/')), ''].map(
    (folder) => `${folder === '' ? '' : `${folder}/`}node_modules/${name}`,
  );
}

function readPlatform(name: string): { os?: string[]; cpu?: string[] } {
  const words = name.slice(name.lastIndexOf('/') + 1).split(/[-.]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = words.includes('arm') ? ['arm'] : processors.filter((processor) => words.includes(processor));
  return {
    ...(os.length === 0 ? {} : { os }),
    ...(cpu.length === 0 ? {} : { cpu: cpu.map((one) => (one === 'armeabi' ? 'arm' : one)) }),
  };
}
