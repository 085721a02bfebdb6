import { join } from 'node:path';
import { startEmbeddedS3 } from '../../infra/local/stores/embedded-s3.ts';
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

/** The embedded S3 server, for parts whose other servers have no objects. */
export async function startOwnS3(): Promise<Server> {
  const { endpoint, close } = await startEmbeddedS3();
  return { endpoint, stop: close };
}

/** moto with all its services at one address. */
export async function startMoto(tell: Tell): Promise<Server> {
  const folder = await fetchMoto(tell);
  const buildArguments = (port: number) => ['-H', '127.0.0.1', '-p', String(port)];
  return startServer('moto-server', join(folder, 'bin', 'moto_server'), buildArguments, { logFolder: cacheFolder });
}
