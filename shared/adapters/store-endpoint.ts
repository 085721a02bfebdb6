import { Agent } from 'node:http';

/** What a client of an AWS protocol needs to reach a server other than AWS. */
export type StoreConnection = {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Connects to the server's Unix socket; null for TCP. */
  httpAgent: Agent | null;
};

/**
 * Reads the address of an embedded or emulated AWS service: `http://ACCESS_KEY_ID@host:port`, or
 * `http+unix://ACCESS_KEY_ID@localhost/path/of.sock` for a Unix socket. The access key id is optional for servers other
 * than the embedded ones, for which it is the credential.
 * @throws TypeError if the text is not a URL
 */
export function readStoreEndpoint(text: string): StoreConnection {
  const url = new URL(text);
  const credentials = { accessKeyId: url.username === '' ? 'embedded' : url.username, secretAccessKey: 'embedded' };
  if (url.protocol !== 'http+unix:') {
    url.username = '';
    return { endpoint: url.href.replace(/\/$/, ''), credentials, httpAgent: null };
  }
  const socketPath = decodeURIComponent(url.pathname);
  // An agent hands its options to every connection, but its type does not name this one.
  const options: ConstructorParameters<typeof Agent>[0] & { socketPath: string } = {
    keepAlive: true,
    maxSockets: 50,
    socketPath,
  };
  return { endpoint: 'http://localhost', credentials, httpAgent: new Agent(options) };
}

/** Writes the address of a server that listens on a Unix socket and expects the access key id. */
export function writeSocketEndpoint(socketPath: string, accessKeyId: string): string {
  return `http+unix://${accessKeyId}@localhost${encodeURI(socketPath)}`;
}
