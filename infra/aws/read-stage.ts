/** The stage that a command was given, `dev` if none. */
export function readStage(argument: string | undefined): string {
  return argument ?? 'dev';
}
