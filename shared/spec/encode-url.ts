const plain = "[\\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}";
const segment = `(?:${plain}|[:@])`;
/** Matches an http(s) URL that RFC 3986 allows, without a user name. */
const uri = new RegExp(
  `^https?://(?:\\[[0-9A-Fa-f:.]+\\]|(?:${plain})+)(?::\\d+)?(?:/${segment}*)*(?:\\?(?:${segment}|[/?])*)?(?:#(?:${segment}|[/?])*)?$`,
);

/**
 * Returns an http(s) URL as RFC 3986 allows it, for clients that check it. The URL standard, which requests follow, also
 * allows umlauts, spaces and other characters. Their encoded form is the same address. Other text stays unchanged.
 */
export function encodeUrl(text: string): string {
  if (uri.test(text) || !URL.canParse(text)) return text;
  const { protocol, username, password, hostname, port, pathname, search, hash } = new URL(text);
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return text;
  const host = hostname.startsWith('[') ? hostname : encodeRest(hostname);
  const rest = encodeRest(pathname) + encodeRest(search) + hash.slice(0, 1) + encodeRest(hash.slice(1));
  return `${protocol}//${host}${port === '' ? '' : `:${port}`}${rest}`;
}

/** Encodes the characters that the URL standard leaves in a URL although RFC 3986 does not allow them. */
function encodeRest(text: string): string {
  return text.replaceAll(/%(?![0-9A-Fa-f]{2})|[^\w.~!$&'()*+,;=:@/?%-]/g, (character) => encodeURIComponent(character));
}
