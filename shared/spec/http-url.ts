import { z } from 'zod';

/**
 * Creates the schema of an http(s) URL without credentials.
 * @param example a valid URL for the error message
 * @param remedy how to send credentials other than in the URL
 */
export function httpUrlSchema(example: string, remedy?: string): z.ZodString {
  return z
    .string()
    .max(2_000)
    .superRefine((text, context) => {
      const fail = (message: string) => context.addIssue({ code: 'custom', message });
      const url = URL.canParse(text) ? new URL(text) : null;
      if (url === null) return fail(`is not a URL; use an http(s) URL, such as ${example}`);
      if (url.protocol !== 'https:' && url.protocol !== 'http:') fail('must start with https:// (or http://)');
      if (url.username !== '' || url.password !== '')
        fail(`must not contain a user name or password${remedy === undefined ? '' : `; ${remedy}`}`);
    });
}
