/** What to do about a body field that the workload or the protocol sets. */
export const remedies = {
  model: "Remove it; the model is the target's field model",
  prompt: 'Remove it; for prompts of your own use a workload of kind prompts',
  limit: 'Remove it; set workload.outputTokens (or maxOutputTokens)',
  namedLimit:
    'Remove it; set workload.outputTokens (or maxOutputTokens), and target.maxTokensField for the name it is sent under',
  oneAnswer: 'Remove it; each request asks for one answer, so that its tokens can be timed',
  stream: 'Remove it; requests always stream, with usage included',
} as const;
