import type { Egress } from '../config.ts';

/** For servers that this process started itself and connects to, such as a reference server on a port just drawn. */
export const ownServers: Egress = { level: 'loopback', loopbackPorts: null, ownPorts: [] };
