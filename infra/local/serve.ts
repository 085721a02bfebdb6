import { keepCompiledCode } from './keep-compiled-code.ts';
import type { LocalServer } from './start-local.ts';

/* `npm start`: the service on this machine until it is interrupted. */

keepCompiledCode();
// Imported only now: what comes before is not kept.
const { loadPlace } = await import('./local-settings.ts');
const { startLocal } = await import('./start-local.ts');

try {
  const { dataDir, port } = loadPlace(process.env);
  const server = await startLocal({ dataDir, port, environment: process.env });
  console.log(describe(server, dataDir));
  stopOnSignal(server);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function describe({ url, apiKey, apiKeyFile }: LocalServer, dataDir: string): string {
  return `
Tokenmeter listens on ${url}

  Reference   ${url}/docs
  OpenAPI     ${url}/openapi.yaml
  Data        ${dataDir}
  API key     ${apiKey}
              (kept in ${apiKeyFile})

Try:

  curl -s ${url}/v1/runs -H 'authorization: Bearer ${apiKey}'

Ctrl-C stops it; runs that are active then go on at the next start.
`;
}

function stopOnSignal(server: LocalServer): void {
  let asked = false;
  const stop = async () => {
    // Asked twice: at once. Nothing is lost, as after any kill.
    if (asked) process.exit(130);
    asked = true;
    console.log('Stopping; once more to stop at once');
    const active = await server.close();
    if (active > 0)
      console.log(active === 1 ? '1 run goes on at the next start' : `${active} runs go on at the next start`);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}
