/** The Wi-Fi station. `WLAN.connect` returns at once, as on the port; a scan blocks. */
import { Errno } from '../../net/api.ts';
import { failure, type Handlers, OK, waitFor } from './call.ts';
import type { ScanResult } from './table.ts';

const UNTIL_DONE = -1;

export const wifiCalls: Handlers<'wifi'> = {
  'wifi.active': ({ wifi }, on) => {
    if (wifi === undefined) return failure(Errno.EOPNOTSUPP);
    wifi.setActive(on);
    return OK;
  },

  'wifi.connect': ({ wifi }, ssid, password, bssid, hostName) => {
    if (wifi === undefined) return failure(Errno.EOPNOTSUPP);
    wifi.connect(ssid, password, bssid, hostName);
    return OK;
  },

  'wifi.reconnects': ({ wifi }, times) => {
    if (wifi === undefined) return failure(Errno.EOPNOTSUPP);
    wifi.setReconnects(times);
    return OK;
  },

  'wifi.address': ({ wifi }, address, netmask, gateway) => {
    if (wifi === undefined) return failure(Errno.EOPNOTSUPP);
    wifi.setAddress(address, netmask, gateway);
    return OK;
  },

  'wifi.dns': ({ wifi }, server) => {
    if (wifi === undefined) return failure(Errno.EOPNOTSUPP);
    wifi.setDns(server);
    return OK;
  },

  'wifi.disconnect': ({ wifi }) => {
    if (wifi === undefined) return failure(Errno.EOPNOTSUPP);
    wifi.disconnect();
    return OK;
  },

  'wifi.status': ({ wifi }) => {
    if (wifi === undefined) return failure(Errno.EOPNOTSUPP);
    return { value: 0, data: wifi.status() };
  },

  'wifi.scan': (kernel) => {
    const { wifi } = kernel;
    if (wifi === undefined) return failure(Errno.EOPNOTSUPP);
    let found: readonly ScanResult[] | undefined;
    wifi.scan((results) => {
      found = results;
      kernel.wake();
    });
    return waitFor(
      () => found && { value: found.length, data: found },
      UNTIL_DONE,
      () => failure(Errno.ETIMEDOUT),
    );
  },
};
