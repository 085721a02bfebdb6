import { type ChildProcess, spawn } from 'node:child_process';

/** Starts processes that each keep one core busy. Returns a function that ends them. */
export function startBusyLoops(count: number): () => void {
  // Each process ends when this process ends.
  const code =
    'process.on("disconnect",()=>process.exit());const spin=()=>{const t=Date.now();while(Date.now()-t<500);setImmediate(spin)};spin()';
  const loops: ChildProcess[] = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  );
  return () => {
    for (const loop of loops) loop.kill('SIGKILL');
  };
}
