/** What a report's page may load or run: nothing but its own styles. The page and the API's answer say the same. */
export const reportContentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
