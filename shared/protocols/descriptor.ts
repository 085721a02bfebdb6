import { z } from 'zod';
import { describeRule, matchText, suggestForm } from '../errors/schema-rule.ts';

export type BodyRules = {
  /** Body fields that the workload or the protocol sets. Maps each path (`/` between levels) to advice for the user. */
  reserved: Readonly<Record<string, string>>;
  /** The values of reserved fields that never change. A target may repeat them. */
  fixed?: Readonly<Record<string, unknown>>;
  /** Path of the temperature in the request body, and the lowest temperature that the protocol accepts. */
  temperature: { path: readonly [string] | readonly [string, string]; least: number };
  /** Whether the target's `maxTokensField` determines the field name of the output limit. */
  isLimitNamed?: true;
};

/** Everything about a protocol except its wire format, which its dialect implements. */
export type Descriptor = {
  /** How the credential is sent, unless the target's `auth` says otherwise. */
  auth: Auth;
  /** Name of the AWS service, for targets whose requests are signed. */
  signingService?: string;
  /** Names of the service in host names of AWS. */
  awsHosts?: readonly string[];
  /** Headers that every request has, unless the target sets its own. */
  headers?: Readonly<Record<string, string>>;
  /** Advice for users whose credential is JSON although the protocol needs a single key. */
  keyRemedy?: string;
  body: BodyRules;
  /** Body rules for each allowed value of the target's `payload`. Without a `payload`, the rules in `body` apply. */
  payloads?: Readonly<Record<string, BodyRules>>;
};

const headerNameFault = 'is not a valid header name: use letters, digits, and hyphens';
export const headerNameSchema = matchText(
  /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/,
  describeRule(headerNameFault, 'Change it', headerNameFault),
);
export const queryNameSchema = matchText(/^[A-Za-z0-9._~-]{1,100}$/, suggestForm('only letters, digits, and . _ ~ -'));

const schemeSchema = matchText(
  /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,50}$/,
  suggestForm('one word of letters, digits, and hyphens, such as Api-Key'),
);

const roleSchema = matchText(
  /^(?:worker|arn:aws(?:-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]{1,512})$/,
  suggestForm('worker, or the ARN of a role, such as arn:aws:iam::123456789012:role/benchmarks'),
);

/** How a request sends the target's credential. */
export const authSchema = z
  .discriminatedUnion('style', [
    z.strictObject({ style: z.literal('bearer') }).describe('Authorization: Bearer …'),
    z
      .strictObject({
        style: z.literal('header'),
        name: headerNameSchema,
        scheme: schemeSchema
          .optional()
          .describe('Word before the key, such as Api-Key. For Basic, the key is the Base64 text of user:password'),
      })
      .describe('A header with this name contains the key'),
    z
      .strictObject({ style: z.literal('query'), name: queryNameSchema })
      .describe('A query parameter with this name contains the key'),
    z.strictObject({ style: z.literal('none') }).describe('No key is sent'),
    z
      .strictObject({
        style: z.literal('sigv4'),
        role: roleSchema
          .optional()
          .describe(
            'AWS role that signs instead of a key: `worker`, or the ARN of a role that the deployment assumes with your tenant id as external id',
          ),
      })
      .describe('AWS Signature Version 4; the key is JSON {"accessKeyId": "…", "secretAccessKey": "…"}'),
  ])
  .meta({ id: 'Auth' });
export type Auth = z.infer<typeof authSchema>;

/** Advice for users who set a body field that the workload or the protocol sets. */
export const remedies = {
  model: "Remove it; set the target's field model",
  prompt: 'Remove it; to send your own prompts, use a workload of kind prompts',
  limit: 'Remove it; set workload.outputTokens (or maxOutputTokens)',
  namedLimit:
    'Remove it; set workload.outputTokens (or maxOutputTokens), and target.maxTokensField for the name of the field',
  oneAnswer: 'Remove it; each request gets one answer, so that its tokens can be timed',
  stream: 'Remove it; requests always stream, with usage included',
} as const;
