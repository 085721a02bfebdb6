import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderDocuments } from './render-documents.ts';

/**
 * `node infra/openapi/lint.ts` checks openapi.yaml and its 3.0.3 form with two linters, by the rules in redocly.yaml and
 * .spectral.yaml. Spectral is downloaded on use, because it has more dependencies than the project.
 */
const spectral = '@stoplight/spectral-cli@6.16.3';
const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-openapi-'));
try {
  const converted = join(folder, 'openapi-3.0.json');
  writeFileSync(converted, renderDocuments().openapi30Json);
  const files = ['openapi.yaml', converted];
  execFileSync('npx', ['redocly', 'lint', ...files], { stdio: 'inherit' });
  execFileSync('npx', ['--yes', spectral, 'lint', '--fail-severity', 'info', '--ruleset', '.spectral.yaml', ...files], {
    stdio: 'inherit',
    // A dependency of Spectral has an install script that reports the use of the package.
    env: { ...process.env, npm_config_ignore_scripts: 'true' },
  });
} finally {
  rmSync(folder, { recursive: true });
}
