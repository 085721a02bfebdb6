import { join } from 'node:path';
import type { Generator } from '../generator.ts';
import { compileGo, driveGo, installGoProgram } from '../go-commands.ts';

const version = 'v1.24.0';

export const ogen: Generator = {
  name: 'ogen',
  language: 'Go, net/http',
  version,
  contract: '3.1',
  needs: ['go'],
  install: (folders) => [installGoProgram(folders, `github.com/ogen-go/ogen/cmd/ogen@${version}`)],
  generate: ({ tools, work }, contract) => [
    {
      command: join(tools, 'ogen'),
      args: ['--target', 'client', '--package', 'client', '--clean', '--config', 'settings.yaml', contract],
      cwd: work,
    },
  ],
  // Only the client, not the server.
  settings: {
    'settings.yaml':
      'generator:\n  features:\n    enable: [paths/client, client/request/validation]\n    disable: [paths/server, webhooks/client, webhooks/server, ogen/otel]\n',
  },
  client: { folder: 'client', ending: '.go' },
  anonymousType: /^type \w*(?:Sum\d*|OneOf\d*|AnyOf\d*|Item) struct \{$/,
  lossWarning: /skipping|not implemented/i,
  compile: compileGo,
  drive: driveGo,
};
