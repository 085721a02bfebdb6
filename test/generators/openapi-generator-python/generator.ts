import type { Generator } from '../generator.ts';
import {
  inventedType,
  openapiGeneratorPackage,
  openapiGeneratorVersion,
  runOpenapiGenerator,
} from '../openapi-generator.ts';
import { compilePython, drivePython, installPythonPackages } from '../python-commands.ts';

export const openapiGeneratorPython: Generator = {
  name: 'openapi-generator-python',
  language: 'Python, urllib3',
  version: openapiGeneratorVersion,
  contract: '3.0',
  needs: ['python3', 'java'],
  install: (folders) =>
    installPythonPackages(folders, [
      ...[openapiGeneratorPackage, 'setuptools', 'urllib3', 'python-dateutil', 'pydantic', 'typing-extensions'],
      ...['types-python-dateutil', 'types-setuptools'],
    ]),
  generate: (folders, contract) => [
    runOpenapiGenerator(folders, contract, ['-g', 'python', '--package-name', 'tokenmeter_client']),
    { command: 'ln', args: ['-sfn', 'client/tokenmeter_client', 'tokenmeter_client'], cwd: folders.work },
  ],
  client: { folder: 'client/tokenmeter_client', ending: '.py' },
  anonymousType: inventedType,
  lossWarning: /unsupported|not supported/i,
  compile: compilePython,
  drive: drivePython,
};
