/** The Wi-Fi station. `WLAN.connect` returns at once, as on the port; a scan blocks. */
import { Errno } from '../../net/api.ts';
import { failure, type Handlers, type Kernel, OK, waitFor } from './call.ts';
import type { ScanResult } from './table.ts';
import type { WifiPort } from './wifi-port.ts';

const UNTIL_DONE = -1;

export const wifiCalls: Handlers<'wifi'> = {
  'wifi.active': (kernel, on) => change(kernel, (wifi) => wifi.setActive(on)),

  'wifi.connect': (kernel, ssid, password, bssid, hostName) =>
    change(kernel, (wifi) => wifi.connect(ssid, password, bssid, hostName)),

  'wifi.reconnects': (kernel, times) => change(kernel, (wifi) => wifi.setReconnects(times)),

  'wifi.address': (kernel, address, netmask, gateway) =>
    change(kernel, (wifi) => wifi.setAddress(address, netmask, gateway)),

  'wifi.dns': (kernel, server) => change(kernel, (wifi) => wifi.setDns(server)),

  'wifi.channel': (kernel, channel) => change(kernel, (wifi) => wifi.setChannel(channel)),

  'wifi.power-save': (kernel, mode) => change(kernel, (wifi) => wifi.setPowerSave(mode)),

  'wifi.mac': (kernel, mac) => change(kernel, (wifi) => wifi.setMac(mac)),

  'wifi.disconnect': (kernel) => change(kernel, (wifi) => wifi.disconnect()),

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

function change({ wifi }: Kernel, action: (wifi: WifiPort) => void) {
  if (wifi === undefined) return failure(Errno.EOPNOTSUPP);
  action(wifi);
  return OK;
}
