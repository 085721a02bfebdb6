import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import type { Config } from '../config.ts';
import type { Logger } from '../ports.ts';
import { redact, redactText } from './redact.ts';

/**
 * Writes one JSON object a line, with `level`, `time` (ISO 8601) and `message`. Every text and field goes through
 * `redact` first, those of `child` among them.
 * @param destination standard output if left out; written synchronously, as a Lambda may be frozen after its answer
 */
export function createLogger(level: Config['logLevel'], destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return wrapLogger(destination === undefined ? pino(options) : pino(options, destination));
}

function wrapLogger(logger: PinoLogger): Logger {
  const write = (level: 'info' | 'warn' | 'error') => (message: string, fields?: Record<string, unknown>) => {
    if (logger.isLevelEnabled(level)) logger[level](toObject(fields), redactText(message));
  };
  return {
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrapLogger(logger.child(toObject(fields))),
  };
}

/** Fields of our own naming; what pino would treat in its own way is renamed. */
function toObject(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const safe = redact(fields);
  const object = typeof safe === 'object' && safe !== null ? Object.entries(safe) : [];
  return Object.fromEntries(object.map(([name, value]) => [reservedNames.has(name) ? `${name}_` : name, value]));
}

/** Written by the logger itself: a field of the name would stand twice in the line. */
const reservedNames = new Set(['level', 'time', 'message']);
