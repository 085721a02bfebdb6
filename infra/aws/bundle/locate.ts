import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { bundleFolder } from './bundle-functions.ts';

/*
 * `npm run bundle:locate -- worker/index.mjs:1:23456`: the place in the source of a position in a bundle, as a stack trace
 * in a log has it. The bundles must be those that were deployed: check out their commit and `npm run bundle` first.
 */

const match = /([a-z]+\/[a-z-]+\.mjs):(\d+):(\d+)/.exec(process.argv[2] ?? '');
if (match === null) throw new Error('Give a position: npm run bundle:locate -- worker/index.mjs:1:23456');
const [, file = '', line, column] = match;
const map = new SourceMap(JSON.parse(readFileSync(join(bundleFolder, 'maps', `${file}.map`), 'utf8')));
const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
if (!('originalSource' in entry)) throw new Error(`There is no source at ${match[0]}`);
console.log(`${entry.originalSource.replace(/^(\.\.\/)+/, '')}:${entry.originalLine + 1}:${entry.originalColumn + 1}`);
