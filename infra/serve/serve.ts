import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepCompiledCode } from '../local/keep-compiled-code.ts';
import type { LocalServer } from '../local/start-local.ts';
import type { Provider } from '../provider/start-provider.ts';

/** `npm start` runs the service on this machine until it is interrupted. `-- --provider` adds a simulated provider. */

keepCompiledCode();
// The compile cache covers only modules that are imported after it is enabled.
const { loadPlace } = await import('../local/local-settings.ts');
const { startLocal } = await import('../local/start-local.ts');
const { startProvider } = await import('../provider/start-provider.ts');

/** Port and configuration of the simulated provider that the examples expect. */
const providerPort = 8_788;
const simulatedPreset = 'anyscale-2023';

const usageText = `Usage: npm start [-- --provider]

Runs the service on this machine until it is interrupted.

  --provider  Also starts a simulated provider on port ${providerPort}

PORT and DATA_DIR set the port and the data directory. docs/configuration.md lists all settings.
`;

try {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { provider: flag, help: flag } });
  if (values.help) process.stdout.write(usageText);
  else await serve(values.provider);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function serve(hasProvider: boolean): Promise<void> {
  const { dataDir, port } = loadPlace(process.env);
  const server = await startLocal({ dataDir, port, environment: process.env });
  const provider = hasProvider ? await startSimulatedProvider(server, dataDir) : null;
  console.log(describeServer(server, dataDir, provider));
  stopOnSignal(server, provider);
}

/** Starts the simulated provider. If it cannot start, stops the service, because the caller expects both. */
async function startSimulatedProvider(server: LocalServer, dataDir: string): Promise<Provider> {
  try {
    return await startProvider(simulatedPreset, join(dataDir, 'provider.ndjson'), providerPort);
  } catch (error) {
    await server.close();
    const remedy = `Stop the program that uses port ${providerPort}, or start without --provider.`;
    throw new Error(`The simulated provider did not start. ${remedy}`, { cause: error });
  }
}

function describeServer(server: LocalServer, dataDir: string, provider: Provider | null): string {
  const { url, apiKey, isNewApiKey, apiKeyFile } = server;
  const simulated = provider === null ? '' : `\n  Simulated provider  ${provider.url}\n`;
  return `
Tokenmeter listens on ${url}
${simulated}
  Reference   ${url}/docs
  OpenAPI     ${url}/openapi.yaml
  Data        ${dataDir}
  API key     ${isNewApiKey ? `${apiKey}\n              (shown only at the first start; kept in ${apiKeyFile})` : `kept in ${apiKeyFile}`}

Measure an endpoint from a second shell:

  npm run measure -- ${provider === null ? '--base-url https://api.example.com/v1 --model some-model' : 'examples/quickstart.json'}

List runs over HTTP:

  curl -s ${url}/v1/runs -H "authorization: Bearer $(cat '${apiKeyFile}')"

Press Ctrl-C to stop. Active runs continue at the next start.
`;
}

function stopOnSignal(server: LocalServer, provider: Provider | null): void {
  let isStopping = false;
  const stop = async () => {
    // A second signal stops the process immediately. No data is lost, because all state is stored.
    if (isStopping) process.exit(130);
    isStopping = true;
    console.log('Stopping. Press Ctrl-C again to stop immediately.');
    const active = await server.close();
    await provider?.close();
    if (active > 0)
      console.log(`${active === 1 ? '1 active run continues' : `${active} active runs continue`} at the next start.`);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}
