import { readFileSync, writeFileSync } from 'node:fs';
import { renderOpenapi } from './render-openapi.ts';

/** `node infra/openapi/generate.ts` writes openapi.yaml from the endpoints. With `--check`, fails if it is outdated. */
const file = new URL('../../openapi.yaml', import.meta.url);
const text = renderOpenapi();
if (process.argv[2] !== '--check') {
  writeFileSync(file, text);
  console.log('Wrote openapi.yaml');
} else if (readFileSync(file, 'utf8') === text) console.log('openapi.yaml is up to date');
else {
  console.error('openapi.yaml is out of date. Run "npm run openapi:generate" and commit the result.');
  process.exitCode = 1;
}
