/** The Wi-Fi station. Switched on, its driver holds memory of the IDF heap. */

import { Errno } from '../../../net/api.ts';
import { toHex } from '../../../world/bytes.ts';
import type { ScanResult, WifiStatus } from '../../syscalls/table.ts';
import type { Session } from '../session.ts';
import type { BridgeFunctions } from './functions.ts';

export function wifiFunctions(current: () => Session): BridgeFunctions {
  let status: WifiStatus | undefined;
  let found: readonly ScanResult[] = [];

  return {
    wifi_active(on: boolean) {
      const session = current();
      const { heap, board } = session;
      if (on && session.wifiDriver === undefined) {
        session.wifiDriver = heap.take(board.memory.wifi, 'Wi-Fi driver');
        if (session.wifiDriver === undefined) return -Errno.ENOMEM;
      }
      const { value } = session.call('wifi.active', on);
      if (!on && session.wifiDriver !== undefined) {
        heap.giveBack(session.wifiDriver, 'Wi-Fi driver off');
        session.wifiDriver = undefined;
      }
      return value;
    },
    wifi_connect: (ssid: string, password: string, bssid: string, hostName: string) =>
      current().call('wifi.connect', ssid, password, bssid, hostName).value,
    wifi_reconnects: (times: number) => current().call('wifi.reconnects', times).value,
    wifi_address: (address: string, netmask: string, gateway: string) =>
      current().call('wifi.address', address, netmask, gateway).value,
    wifi_dns: (server: string) => current().call('wifi.dns', server).value,
    wifi_disconnect: () => current().call('wifi.disconnect').value,

    /** Asks for the status; `wifi_get` then reads its fields. */
    wifi_status() {
      const { value, data } = current().call('wifi.status');
      status = data;
      return value;
    },
    wifi_get: (field: keyof WifiStatus) => status?.[field] ?? 0,

    /** Returns how many networks were found; `wifi_found` then reads them. */
    wifi_scan() {
      const { value, data } = current().call('wifi.scan');
      found = data ?? [];
      return value;
    },
    wifi_found(index: number, field: keyof ScanResult) {
      const value = found[index]![field];
      return value instanceof Uint8Array ? toHex(value) : value;
    },
  };
}
