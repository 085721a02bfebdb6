import { join } from 'node:path';
import type { Generator } from '../generator.ts';
import { compileGo, driveGo, installGoProgram } from '../go-commands.ts';

const version = 'v2.8.2';

export const oapiCodegen: Generator = {
  name: 'oapi-codegen',
  language: 'Go, net/http',
  version,
  contract: '3.1',
  needs: ['go'],
  install: (folders) => [
    installGoProgram(folders, `github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@${version}`),
  ],
  generate: ({ tools, work }, contract) => [
    { command: 'mkdir', args: ['-p', 'client'], cwd: work },
    {
      command: join(tools, 'oapi-codegen'),
      args: ['-generate', 'types,client', '-package', 'client', '-o', 'client/client.gen.go', contract],
      cwd: work,
    },
  ],
  client: { folder: 'client', ending: '.go' },
  anonymousType: /^\t[A-Z]\w* +.*struct \{$/,
  lossWarning: /warning|unsupported|not supported/i,
  compile: compileGo,
  drive: driveGo,
};
