import { join } from 'node:path';
import type { Generator } from '../generator.ts';
import {
  inventedType,
  openapiGeneratorPackage,
  openapiGeneratorVersion,
  runOpenapiGenerator,
} from '../openapi-generator.ts';
import { installPythonPackages } from '../python-commands.ts';

export const openapiGeneratorRust: Generator = {
  name: 'openapi-generator-rust',
  language: 'Rust, reqwest',
  version: openapiGeneratorVersion,
  contract: '3.0',
  needs: ['python3', 'java', 'cargo'],
  install: (folders) => installPythonPackages(folders, [openapiGeneratorPackage]),
  generate: (folders, contract) => [
    runOpenapiGenerator(folders, contract, [
      ...['-g', 'rust', '--additional-properties', 'packageName=tokenmeter_client,useChrono=true'],
    ]),
  ],
  client: { folder: 'client/src', ending: '.rs' },
  anonymousType: inventedType,
  lossWarning: /unsupported|not supported/i,
  compile: ({ work }) => [{ command: 'cargo', args: ['build', '--quiet', '-j1'], cwd: work }],
  drive: ({ work }) => ({ command: join(work, 'target/debug/drive'), args: [], cwd: work }),
};
