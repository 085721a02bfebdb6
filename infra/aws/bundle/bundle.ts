import { type Bundle, bundleFolder, bundleFunctions } from './bundle-functions.ts';

/** `npm run bundle` builds the deployment packages of all functions and prints their sizes by source. */

const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(0)} kB`;

function describeBundle({ name, files }: Bundle): string[] {
  return files.map(({ file, bytes, parts }) => {
    const largest = parts.slice(0, 5).map((part) => `${part.source} ${kilobytes(part.bytes)}`);
    return `${`${name}/${file}`.padEnd(28)} ${kilobytes(bytes).padStart(8)}   ${largest.join(', ')}`;
  });
}

const bundles = await bundleFunctions();
console.log(bundles.flatMap(describeBundle).join('\n'));
console.log(`Wrote the bundles to ${bundleFolder}`);
