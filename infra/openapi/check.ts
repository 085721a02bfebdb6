import { readFileSync } from 'node:fs';
import { renderOpenapi } from './render-openapi.ts';

/* `node infra/openapi/check.ts`: fails where openapi.yaml is not what the route schemas say. */
const committed = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
if (committed === renderOpenapi()) console.log('openapi.yaml is fresh');
else {
  console.error('openapi.yaml is stale: run "node infra/openapi/generate.ts" and commit it');
  process.exitCode = 1;
}
