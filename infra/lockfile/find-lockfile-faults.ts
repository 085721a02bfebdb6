import { z } from 'zod';
import { isAllowedLicense } from './licenses.ts';

const lockedPackageSchema = z.object({
  version: z.string(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().default(false),
  optional: z.boolean().default(false),
  inBundle: z.boolean().default(false),
  hasInstallScript: z.boolean().default(false),
});
export type LockedPackage = z.infer<typeof lockedPackageSchema> & { path: string; name: string };

const lockfileSchema = z.object({ packages: z.record(z.string(), z.looseObject({ link: z.boolean().optional() })) });
const projectSchema = z.object({ allowScripts: z.record(z.string(), z.boolean()).default({}) });

/** The registry that npm uses by default. npm replaces this address with the address of the configured registry. */
const registry = 'https://registry.npmjs.org/';
const folder = 'node_modules/';

/** Lists the packages in a parsed package-lock.json. Omits the project's own packages. */
export function listLockedPackages(lockfile: unknown): LockedPackage[] {
  return Object.entries(lockfileSchema.parse(lockfile).packages)
    .filter(([path, { link = false }]) => path.includes(folder) && !link)
    .map(([path, locked]) => {
      const name = path.slice(path.lastIndexOf(folder) + folder.length);
      return { path, name, ...lockedPackageSchema.parse(locked) };
    });
}

/**
 * Finds packages in package-lock.json that come from another source than the registry, have no SHA-512 hash, run code
 * during installation, or have a license that is not allowed. Returns one line for each fault.
 * @param project the parsed package.json, whose `allowScripts` names the packages that may run code
 * @param options.isTool whether all packages are development tools
 */
export function findLockfileFaults(lockfile: unknown, project: unknown, { isTool = false } = {}): string[] {
  const { allowScripts } = projectSchema.parse(project);
  return listLockedPackages(lockfile).flatMap((found) => {
    const locked = { ...found, dev: isTool || found.dev };
    const { path, name, version, resolved, hasInstallScript, license = '(none)' } = locked;
    const faults = [
      resolved !== undefined && !resolved.startsWith(registry) && `comes from ${resolved}`,
      !hasHash(locked) && 'has no sha512 hash',
      hasInstallScript && allowScripts[name] !== true && 'runs an install script',
      !isAllowedLicense(locked) && `has the license ${license}`,
    ];
    return faults.filter((fault) => fault !== false).map((fault) => `${path}@${version} ${fault}`);
  });
}

/** Returns whether npm can verify a package. The hash of a package also covers the packages bundled in it. */
function hasHash(locked: LockedPackage): boolean {
  if (locked.inBundle || isUnavailableTool(locked)) return true;
  return /^sha512-[A-Za-z0-9+/]{86}==$/.test(locked.integrity ?? '');
}

/** Returns whether `npm run lockfile:complete` added a tool's binary for another platform, which the registry lacks. */
export function isUnavailableTool({ dev, optional, integrity, license }: LockedPackage): boolean {
  return dev && optional && integrity === undefined && license === undefined;
}
