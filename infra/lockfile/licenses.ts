/** Licenses of packages that the service contains. All permit use and distribution under Apache-2.0. */
const serviceLicenses = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BSL-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

/** Additional licenses of development tools. The service contains nothing of them. */
const toolLicenses = new Set([
  'BlueOak-1.0.0',
  'CC-BY-3.0',
  'CC BY-SA 4.0',
  'CC0-1.0',
  'MPL-2.0',
  'Python-2.0',
  'WTFPL',
]);

/** Licenses of packages that state them only in a file or in an outdated field. */
const statedElsewhere: Readonly<Record<string, string>> = { format: 'MIT' };

type Licensed = { name: string; license?: string | undefined; dev: boolean; optional: boolean };

/** Returns a package's license as an SPDX expression, or null if it is unknown. */
export function findLicense({ name, license }: Pick<Licensed, 'name' | 'license'>): string | null {
  return license ?? statedElsewhere[name] ?? null;
}

/** Returns whether the license of a package is allowed. Binaries of tools for other platforms may omit it. */
export function isAllowedLicense(locked: Licensed): boolean {
  const license = findLicense(locked);
  if (license === null) return locked.dev && locked.optional;
  const isAllowed = (one: string) => serviceLicenses.has(one) || (locked.dev && toolLicenses.has(one));
  // SPDX: "A OR B" leaves the choice, and "A AND B" requires both. No license in the lock file has deeper nesting.
  const choices = license.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every(isAllowed));
}
