/** The server had closed the kept-open connection before the request was written to it: not a byte of it was sent. */
export class StaleConnectionError extends Error {
  constructor() {
    super('The kept-open connection had been closed');
    this.name = 'StaleConnectionError';
  }
}
