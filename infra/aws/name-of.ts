/** What everything of a stage is called: its stack, and the beginning of the names in it. */
export function nameOf(stage: string): string {
  return `tokenmeter-${stage}`;
}

/** Where the first API key of a stage is kept: a secure parameter of Systems Manager. */
export function apiKeyParameterOf(stage: string): string {
  return `/${nameOf(stage)}/first-api-key`;
}
