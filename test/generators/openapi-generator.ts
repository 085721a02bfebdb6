import { join } from 'node:path';
import type { Command } from '../support/commands/run-command.ts';
import type { Folders } from './generator.ts';

/** Version of OpenAPI Generator. The Python package contains the program for all languages, which runs on Java. */
export const openapiGeneratorVersion = '7.26.0';

export const openapiGeneratorPackage = `openapi-generator-cli==${openapiGeneratorVersion}`;

/** Types that OpenAPI Generator invents: parts of lists and unions, and objects in objects. */
export const inventedType =
  /^(?:public )?(?:class|struct|enum|pub struct|pub enum) \w*(?:Inner|OneOf\d*|AnyOf\d*|InlineObject\d*)\b/;

/** Generates a client in the folder `client`. */
export function runOpenapiGenerator({ tools, work }: Folders, contract: string, args: readonly string[]): Command {
  return {
    command: join(tools, 'env/bin/openapi-generator-cli'),
    args: ['generate', '-i', contract, '-o', 'client', ...args],
    cwd: work,
  };
}
