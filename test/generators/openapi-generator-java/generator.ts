import { join } from 'node:path';
import type { Generator } from '../generator.ts';
import {
  inventedType,
  openapiGeneratorPackage,
  openapiGeneratorVersion,
  runOpenapiGenerator,
} from '../openapi-generator.ts';
import { installPythonPackages } from '../python-commands.ts';

export const openapiGeneratorJava: Generator = {
  name: 'openapi-generator-java',
  language: 'Java 17, native',
  version: openapiGeneratorVersion,
  contract: '3.0',
  needs: ['python3', 'java', 'mvn'],
  install: (folders) => installPythonPackages(folders, [openapiGeneratorPackage]),
  generate: (folders, contract) => [
    runOpenapiGenerator(folders, contract, [
      ...[
        '-g',
        'java',
        '--library',
        'native',
        '--api-package',
        'tokenmeter.api',
        '--model-package',
        'tokenmeter.model',
      ],
      ...[
        '--invoker-package',
        'tokenmeter',
        '--additional-properties',
        'openApiNullable=false,hideGenerationTimestamp=true',
      ],
    ]),
  ],
  client: { folder: 'client/src/main/java', ending: '.java' },
  anonymousType: inventedType,
  lossWarning: /unsupported|not supported/i,
  compile: ({ work }) => [
    {
      command: 'mvn',
      args: ['-q', '-B', 'package', 'dependency:copy-dependencies', '-DincludeScope=runtime'],
      cwd: work,
    },
  ],
  drive: ({ work }) => {
    const classes = [join(work, 'target/classes'), join(work, 'target/dependency/*')].join(':');
    return { command: 'java', args: ['-cp', classes, 'drive.Drive'], cwd: work };
  },
};
