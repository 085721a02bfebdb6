import { readFileSync } from 'node:fs';
import { renderOpenapi } from './render-openapi.ts';

/* `node infra/openapi/check.ts` fails if openapi.yaml does not match the endpoints. */
const committed = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
if (committed === renderOpenapi()) console.log('openapi.yaml is up to date');
else {
  console.error('openapi.yaml is out of date. Run "npm run openapi:generate" and commit the result.');
  process.exitCode = 1;
}
