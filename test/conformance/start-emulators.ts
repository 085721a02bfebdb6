import { join } from 'node:path';
import { type Server, startServer } from '../support/commands/start-server.ts';
import { cacheFolder } from './cache-folder.ts';
import { fetchJars } from './fetch-jars.ts';
import { fetchMoto } from './fetch-moto.ts';
import { findTool, tools } from './find-tool.ts';

type Tell = (line: string) => void;

/** Amazon's DynamoDB Local in memory. It listens on all interfaces and has no setting for it. */
export async function startDynamodbLocal(tell: Tell): Promise<Server> {
  const java = findTool(tools.java);
  const folder = await fetchJars('dynamodb-local', tell);
  const main = 'software.amazon.dynamodb.services.local.main.ServerRunner';
  const buildArguments = (port: number) => [
    '-Djava.library.path=.',
    ...['-cp', '*', main],
    ...['-inMemory', '-disableTelemetry', '-port', String(port)],
  ];
  return startServer('dynamodb-local', java, buildArguments, { logFolder: cacheFolder, cwd: folder });
}

export async function startElasticmq(tell: Tell): Promise<Server> {
  const java = findTool(tools.java);
  const folder = await fetchJars('elasticmq', tell);
  const buildArguments = (port: number) => [
    ...[`-Drest-sqs.bind-hostname=127.0.0.1`, `-Drest-sqs.bind-port=${port}`],
    ...[`-Dnode-address.host=127.0.0.1`, `-Dnode-address.port=${port}`, '-Drest-stats.enabled=false'],
    // Part of the queue ARNs.
    '-Daws.region=us-east-1',
    ...['-cp', '*', 'org.elasticmq.server.Main'],
  ];
  return startServer('elasticmq', java, buildArguments, { logFolder: cacheFolder, cwd: folder });
}

/** moto with all its services at one address. */
export async function startMoto(tell: Tell): Promise<Server> {
  const folder = await fetchMoto(tell);
  const buildArguments = (port: number) => ['-H', '127.0.0.1', '-p', String(port)];
  return startServer('moto-server', join(folder, 'bin', 'moto_server'), buildArguments, { logFolder: cacheFolder });
}
