/** The fixed part of every world: names of links, the router, the addresses of the devices' network. */
import { SECOND } from '../../emulator/world/time.ts';

/** As the trace and the capture show them. */
export const WIFI_LINK = 'wifi';
export const INTERNET_LINK = 'internet';

/** The actor that is access point, router and DHCP server; no host or device may be called so. */
export const ROUTER = 'router';

/** The actor of events that are nobody's: the beginning and the end of a run. Reserved as well. */
export const WORLD = 'world';

/** What all networks of devices begin with: no host may have such an address. */
export const LAN_PREFIX = '192.168.';

/** The first network of devices is 192.168.4.0/24, as ESP32 examples have it, the next one 192.168.5.0/24. */
export function lan(number: number): { readonly prefix: string; readonly netmask: string } {
  return { prefix: `${LAN_PREFIX}${4 + number}.`, netmask: '255.255.255.0' };
}

/** The router's side of the internet (TEST-NET-1, RFC 5737). */
export const ROUTER_ADDRESS = '192.0.2.1';

/** Of an attacker on the path, unless the scenario gives her another (TEST-NET-3). */
export const ATTACKER_ADDRESS = '203.0.113.66';

/** Where a scenario says nothing. Wi-Fi: a round trip of 4 to 17 ms was measured; internet: a server one country away. */
export const LINK_DEFAULTS = {
  wifi: { latency: 0.003 * SECOND, bandwidth: 20e6, loss: 0 },
  internet: { latency: 0.01 * SECOND, bandwidth: 100e6, loss: 0 },
} as const;
