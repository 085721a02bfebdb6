import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { KeyKeeper } from '../keep-first-api-key.ts';

/** Keeps the key in a secure parameter of Systems Manager, encrypted with the key of the stack. */
export function createParameterKeeper(client: SSMClient, name: string, keyArn: string): KeyKeeper {
  return {
    read: async () => {
      try {
        const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
        return Parameter?.Value ?? null;
      } catch (error) {
        if (error instanceof ParameterNotFound) return null;
        throw error;
      }
    },
    write: async (key) => {
      await client.send(
        new PutParameterCommand({ Name: name, Type: 'SecureString', KeyId: keyArn, Value: key, Overwrite: true }),
      );
    },
  };
}

/** Removes the parameter, if it is there. */
export async function removeParameter(client: SSMClient, name: string): Promise<void> {
  try {
    await client.send(new DeleteParameterCommand({ Name: name }));
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error;
  }
}
