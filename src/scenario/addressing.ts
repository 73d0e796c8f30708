/** The fixed part of every world: names of links, the router, the addresses of the devices' network. */
import { SECOND } from '../../emulator/world/time.ts';

/** As the trace and the capture show them. */
export const WIFI_LINK = 'wifi';
export const INTERNET_LINK = 'internet';

/** The actor that is access point, router and DHCP server; no host or device may be called so. */
export const ROUTER = 'router';

/** The actor of events that are nobody's: the beginning and the end of a run. Reserved as well. */
export const WORLD = 'world';

/** The devices' network: a /24 behind the access point, as ESP32 examples have it. */
export const LAN = {
  prefix: '192.168.4.',
  netmask: '255.255.255.0',
  router: '192.168.4.1',
  first: '192.168.4.2',
  last: '192.168.4.254',
} as const;

/** The router's side of the internet (TEST-NET-1, RFC 5737). */
export const ROUTER_ADDRESS = '192.0.2.1';

/** Seconds; outlasts every run, so that no lease is renewed in between. */
export const LEASE_SECONDS = 86_400;

/** Where a scenario says nothing. Wi-Fi: a round trip of 4 to 17 ms was measured; internet: a server one country away. */
export const LINK_DEFAULTS = {
  wifi: { latency: 0.003 * SECOND, bandwidth: 20e6, loss: 0 },
  internet: { latency: 0.01 * SECOND, bandwidth: 100e6, loss: 0 },
} as const;
