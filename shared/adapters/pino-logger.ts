import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import type { Config } from '../config.ts';
import type { Logger } from '../ports.ts';
import { redactSecrets, redactText } from './redact.ts';

/**
 * Creates a logger that writes one JSON object per line, with `level`, `time` (ISO 8601), and `message`. Redacts
 * secrets in all texts and fields, also in child loggers.
 * @param destination default: standard output, written synchronously because Lambda may freeze after its response
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

/** Redacts log fields. Renames fields whose name the logger itself uses. */
function toObject(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const safe = redactSecrets(fields);
  const object = typeof safe === 'object' && safe !== null ? Object.entries(safe) : [];
  return Object.fromEntries(object.map(([name, value]) => [reservedNames.has(name) ? `${name}_` : name, value]));
}

/** Fields that the logger writes. A custom field with the same name would appear twice in the JSON. */
const reservedNames = new Set(['level', 'time', 'message']);
