/** The runs of the study, in the order in which they are made; each is a spec in examples/blog-2023. */
export const studyNames = ['concurrency-sweep', 'continuous', 'prefill', 'perplexity-15s', 'perplexity-30s'] as const;
export type StudyName = (typeof studyNames)[number];
