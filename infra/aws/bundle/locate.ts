import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { bundleFolder } from './bundle-functions.ts';

/**
 * `npm run bundle:locate -- worker/index.mjs:1:23456` prints the source location of a position in a stack trace. Before
 * you use the command, check out the deployed commit and run `npm run bundle`.
 */

const match = /([a-z]+\/[a-z-]+\.mjs):(\d+):(\d+)/.exec(process.argv[2] ?? '');
if (match === null) throw new Error('Missing position. Example: npm run bundle:locate -- worker/index.mjs:1:23456');
const [, file = '', line, column] = match;
const map = new SourceMap(JSON.parse(readFileSync(join(bundleFolder, 'maps', `${file}.map`), 'utf8')));
const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
if (!('originalSource' in entry)) throw new Error(`The source map contains no source for the position ${match[0]}`);
console.log(`${entry.originalSource.replace(/^(\.\.\/)+/, '')}:${entry.originalLine + 1}:${entry.originalColumn + 1}`);
