import { join } from 'node:path';
import type { Generator } from '../generator.ts';
import { compilePython, drivePython, installPythonPackages } from '../python-commands.ts';

const version = '0.29.1';

/** The generator reads few media types. The client sends and receives the true ones. */
const settings = `content_type_overrides:
  application/x-ndjson: text/plain
  application/yaml: text/plain
  image/svg+xml: text/plain
  application/zip: application/octet-stream
literal_enums: true
`;

export const openapiPythonClient: Generator = {
  name: 'openapi-python-client',
  language: 'Python, httpx',
  version,
  contract: '3.1',
  needs: ['python3'],
  install: (folders) =>
    installPythonPackages(folders, [`openapi-python-client==${version}`, 'httpx', 'attrs', 'python-dateutil', 'ruff']),
  settings: { 'settings.yaml': settings },
  generate: ({ tools, work }, contract) => [
    {
      command: join(tools, 'env/bin/openapi-python-client'),
      args: [
        ...['generate', '--path', contract, '--config', 'settings.yaml', '--fail-on-warning'],
        ...['--output-path', 'tokenmeter_client', '--meta', 'none', '--overwrite'],
      ],
      cwd: work,
      env: { PATH: `${join(tools, 'env/bin')}:${process.env['PATH']}` },
    },
  ],
  client: { folder: 'tokenmeter_client', ending: '.py' },
  anonymousType: /^class \w*(?:Type\d+|OneOf\w*|AnyOf\w*)\b/,
  lossWarning: /warning|unsupported|omitted/i,
  compile: compilePython,
  drive: drivePython,
};
