import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { KeyKeeper } from '../keep-first-api-key.ts';

/** Creates a keeper that stores the API key in a Systems Manager parameter, encrypted with the stack's KMS key. */
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
      const input = { Name: name, Type: 'SecureString', KeyId: keyArn, Value: key, Overwrite: true } as const;
      await client.send(new PutParameterCommand(input));
    },
  };
}

/** Deletes a Systems Manager parameter if it exists. */
export async function removeParameter(client: SSMClient, name: string): Promise<void> {
  try {
    await client.send(new DeleteParameterCommand({ Name: name }));
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error;
  }
}
