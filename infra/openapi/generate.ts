import { writeFileSync } from 'node:fs';
import { renderOpenapi } from './render-openapi.ts';

/* `node infra/openapi/generate.ts`: writes openapi.yaml from the route schemas. */
writeFileSync(new URL('../../openapi.yaml', import.meta.url), renderOpenapi());
console.log('openapi.yaml is written');
