import { z } from 'zod';
import { matchText, requireForm } from '../errors/schema-rule.ts';

export const headerValueSchema = matchText(
  /^[\t\x20-\x7e]*$/,
  requireForm('printable ASCII on one line'),
  z.string().max(2_000),
);

/** Schema of certificates in PEM form, without private keys. */
export const certificatesSchema = matchText(
  /^(?:\s*-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----)+\s*$/,
  requireForm('one or more certificates in PEM form'),
  z.string().max(50_000),
).meta({ id: 'Certificates', description: 'One or more certificates in PEM form' });
