import { writeFileSync } from 'node:fs';
import { renderOpenapi } from './render-openapi.ts';

/* `node infra/openapi/generate.ts` writes openapi.yaml from the endpoints. */
writeFileSync(new URL('../../openapi.yaml', import.meta.url), renderOpenapi());
console.log('Wrote openapi.yaml');
