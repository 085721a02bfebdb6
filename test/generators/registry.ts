import type { Generator } from './generator.ts';
import { heyApi } from './hey-api/generator.ts';
import { oapiCodegen } from './oapi-codegen/generator.ts';
import { ogen } from './ogen/generator.ts';
import { openapiGeneratorJava } from './openapi-generator-java/generator.ts';
import { openapiGeneratorPython } from './openapi-generator-python/generator.ts';
import { openapiGeneratorRust } from './openapi-generator-rust/generator.ts';
import { openapiPythonClient } from './openapi-python-client/generator.ts';
import { openapiTypescript } from './openapi-typescript/generator.ts';
import { orval } from './orval/generator.ts';

/** All tested generators, in the order of the table. */
export const generators: readonly Generator[] = [
  openapiTypescript,
  heyApi,
  orval,
  openapiPythonClient,
  oapiCodegen,
  ogen,
  openapiGeneratorPython,
  openapiGeneratorJava,
  openapiGeneratorRust,
];
