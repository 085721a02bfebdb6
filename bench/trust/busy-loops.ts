import { type ChildProcess, spawn } from 'node:child_process';

/** Keeps every processor busy with a loop in a process of its own; returns what ends them. */
export function startBusyLoops(count: number): () => void {
  // Ends by itself should whoever started it be gone.
  const code =
    'process.on("disconnect",()=>process.exit());const spin=()=>{const t=Date.now();while(Date.now()-t<500);setImmediate(spin)};spin()';
  const loops: ChildProcess[] = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  );
  return () => {
    for (const loop of loops) loop.kill('SIGKILL');
  };
}
