import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import type { Config } from '../config.ts';
import type { Logger } from '../ports.ts';
import { redact, redactText } from './redact.ts';

/**
 * Creates a logger that writes one JSON object per line, with `level`, `time` (ISO 8601), and `message`. Redacts every text
 * and field, those of `child` included.
 * @param destination standard output by default, written synchronously because Lambda may freeze after its answer
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

/** Redacts the fields and renames those that the logger itself writes. */
function toObject(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const safe = redact(fields);
  const object = typeof safe === 'object' && safe !== null ? Object.entries(safe) : [];
  return Object.fromEntries(object.map(([name, value]) => [reservedNames.has(name) ? `${name}_` : name, value]));
}

/** The logger writes these itself, so a field of the same name would appear twice. */
const reservedNames = new Set(['level', 'time', 'message']);
