import { Agent } from 'node:http';

/** Connection options of an AWS SDK client for a server other than AWS. */
export type StoreConnection = {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** HTTP agent that connects to the server's Unix socket; null for TCP. */
  httpAgent: Agent | null;
};

/**
 * Reads the address of an embedded or emulated AWS service: `http://ACCESS_KEY_ID:SECRET@host:port`, or
 * `http+unix://ACCESS_KEY_ID@localhost/path/of.sock` for a Unix socket. The embedded servers require the access key id
 * as a credential, and check signatures only of addresses for clients outside; for other servers, both are optional.
 * @throws TypeError if the text is not a URL
 */
export function readStoreEndpoint(text: string): StoreConnection {
  const url = new URL(text);
  const credentials = { accessKeyId: url.username || 'embedded', secretAccessKey: url.password || 'embedded' };
  if (url.protocol !== 'http+unix:') {
    url.username = '';
    url.password = '';
    return { endpoint: url.href.replace(/\/$/, ''), credentials, httpAgent: null };
  }
  const socketPath = decodeURIComponent(url.pathname);
  // `Agent` passes `socketPath` to every connection, but its type does not declare this option.
  const options: ConstructorParameters<typeof Agent>[0] & { socketPath: string } = {
    keepAlive: true,
    maxSockets: 50,
    socketPath,
  };
  return { endpoint: 'http://localhost', credentials, httpAgent: new Agent(options) };
}

export function writeSocketEndpoint(socketPath: string, accessKeyId: string): string {
  return `http+unix://${accessKeyId}@localhost${encodeURI(socketPath)}`;
}

/** Adds the key that signs addresses, in hex, to the URL at which clients outside reach an emulated service. */
export function writeSigningEndpoint(publicUrl: string, signingKey: string): string {
  const url = new URL(publicUrl);
  url.username = 'tokenmeter';
  url.password = signingKey;
  return url.href.replace(/\/$/, '');
}
