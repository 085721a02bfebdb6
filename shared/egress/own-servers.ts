import type { Egress } from '../config.ts';

/** Egress rules for servers that this process starts itself: any port of this machine. */
export const ownServers: Egress = { level: 'loopback', loopbackPorts: null, ownPorts: [] };
