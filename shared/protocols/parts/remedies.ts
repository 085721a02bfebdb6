/** Remedies for body fields that the workload or the protocol sets. */
export const remedies = {
  model: "Remove it; set the target's field model",
  prompt: 'Remove it; to send your own prompts, use a workload of kind prompts',
  limit: 'Remove it; set workload.outputTokens (or maxOutputTokens)',
  namedLimit:
    'Remove it; set workload.outputTokens (or maxOutputTokens), and target.maxTokensField for the name of the field',
  oneAnswer: 'Remove it; each request gets one answer, so that its tokens can be timed',
  stream: 'Remove it; requests always stream, with usage included',
} as const;
