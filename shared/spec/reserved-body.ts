import type { Protocol } from './run-spec.ts';

type BodyTarget = { protocol: Protocol; payload?: 'openai-chat' | 'tgi' | undefined };

const openai = ['model', 'messages', 'prompt', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'n'];
const tgi = ['inputs', 'stream', 'parameters/max_new_tokens', 'parameters/details', 'parameters/best_of'];
const gemini = [
  'contents',
  'systemInstruction',
  'system_instruction',
  'generationConfig/maxOutputTokens',
  'generationConfig/candidateCount',
  'generation_config',
];

const reserved: Record<Exclude<Protocol, 'sagemaker'>, readonly string[]> = {
  'openai-chat': openai,
  'openai-completions': openai,
  'openai-responses': [
    'model',
    'input',
    'instructions',
    'prompt',
    'previous_response_id',
    'conversation',
    'background',
    'stream',
    'max_output_tokens',
  ],
  'anthropic-messages': ['model', 'messages', 'system', 'stream', 'max_tokens'],
  tgi,
  'bedrock-converse': ['modelId', 'messages', 'system', 'inferenceConfig/maxTokens'],
  gemini,
  vertex: gemini,
};

/** Paths of the body fields a target may not set, since the workload and the protocol decide them; `/` between levels. */
export function reservedBodyPaths({ protocol, payload }: BodyTarget): readonly string[] {
  if (protocol !== 'sagemaker') return reserved[protocol];
  // The endpoint decides the model; some containers still want a name of it in the body.
  return payload === 'tgi' ? tgi : openai.filter((field) => field !== 'model');
}

/** What to do about a reserved field. */
export function reservedBodyRemedy(path: string): string {
  const field = path.split('/').at(-1) ?? path;
  if (field === 'model' || field === 'modelId') return "Remove it; the model is the target's field model";
  if (promptFields.has(field)) return 'Remove it; for prompts of your own use a workload of kind prompts';
  if (field === 'max_tokens' || field === 'max_completion_tokens')
    return 'Remove it; set workload.outputTokens (or maxOutputTokens), and target.maxTokensField for the name it is sent under';
  if (limitFields.has(field)) return 'Remove it; set workload.outputTokens (or maxOutputTokens)';
  if (field === 'n' || field === 'best_of' || field === 'candidateCount')
    return 'Remove it; each request asks for one answer, so that its tokens can be timed';
  if (field === 'generation_config') return 'Write it as generationConfig';
  if (field === 'stream_options')
    return 'Remove it; usage is always asked for. For a server that refuses that, null leaves it out';
  return 'Remove it; requests always stream, with usage included';
}

const promptFields = new Set([
  'messages',
  'prompt',
  'input',
  'inputs',
  'instructions',
  'system',
  'contents',
  'systemInstruction',
  'system_instruction',
  'previous_response_id',
  'conversation',
]);
const limitFields = new Set(['max_output_tokens', 'max_new_tokens', 'maxTokens', 'maxOutputTokens']);
