import { z } from 'zod';
import { matchText, requireForm } from '../errors/schema-rule.ts';

export const headerValueSchema = matchText(
  /^[\t\x20-\x7e]*$/,
  requireForm('printable ASCII on one line'),
  z.string().max(2_000),
);

const proxyPattern = /^(?:http|socks5h?):\/\/(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?\/?$/;
const proxyRule = requireForm('an http:// or socks5:// URL without a user name, such as http://proxy.example.com:3128');
/** The pattern matches some texts that are not URLs, such as `http://[16]` and port 99999. */
const isProxyUrl = (text: string) => !proxyPattern.test(text) || URL.canParse(text);
export const proxySchema = matchText(proxyPattern, proxyRule, z.string().max(300).refine(isProxyUrl, proxyRule));

/** Schema of certificates in PEM form, without private keys. */
export const certificatesSchema = matchText(
  /^(?:\s*-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----)+\s*$/,
  requireForm('one or more certificates in PEM form'),
  z.string().max(50_000),
).meta({ id: 'Certificates', description: 'One or more certificates in PEM form' });
