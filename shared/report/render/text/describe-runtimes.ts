import type { Report } from '../../model/report.ts';
import { plainText } from '../../words/plain-text.ts';

/** "Tokenmeter 0.1.0 on Node 24.21.0, linux arm64, in us-east-1": each runtime that measured a part of the run, once. */
export function describeRuntimes({ stages }: Pick<Report, 'stages'>): string[] {
  const lines = stages
    .flatMap(({ instrument }) => instrument.runtimes)
    .map(({ tokenmeterVersion, nodeVersion, platform, region }) => {
      const place = region === null ? '' : `, in ${region}`;
      return plainText(`Tokenmeter ${tokenmeterVersion} on Node ${nodeVersion}, ${platform}${place}`);
    });
  return [...new Set(lines)];
}
