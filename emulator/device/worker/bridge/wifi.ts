/** The radio's two interfaces, by MicroPython's numbers. Switched on, its driver holds memory of the IDF heap. */

import { macAt } from '../../../net/addresses.ts';
import { Errno } from '../../../net/api.ts';
import { toHex } from '../../../world/bytes.ts';
import type { AccessPointStatus, ScanResult, WifiStatus } from '../../syscalls/table.ts';
import type { Session } from '../session.ts';
import type { BridgeFunctions } from './functions.ts';
import type { PythonMemory } from './memory.ts';

const AP_IF = 1;

export function wifiFunctions(current: () => Session, memory: PythonMemory): BridgeFunctions {
  let status: Partial<WifiStatus & AccessPointStatus> | undefined;
  let found: readonly ScanResult[] = [];

  return {
    wifi_active(which: number, on: boolean) {
      const session = current();
      const { heap, board, wifiActive } = session;
      if (on && session.wifiDriver === undefined) {
        session.wifiDriver = heap.take(board.memory.wifi, 'Wi-Fi driver');
        if (session.wifiDriver === undefined) return -Errno.ENOMEM;
      }
      const { value } = session.call(which === AP_IF ? 'ap.active' : 'wifi.active', on);
      if (on) wifiActive.add(which);
      else wifiActive.delete(which);
      if (wifiActive.size === 0 && session.wifiDriver !== undefined) {
        heap.giveBack(session.wifiDriver, 'Wi-Fi driver off');
        session.wifiDriver = undefined;
      }
      return value;
    },
    wifi_connect: (ssid: string, password: string, bssid: string, hostName: string) =>
      current().call('wifi.connect', ssid, password, bssid, hostName).value,
    wifi_reconnects: (times: number) => current().call('wifi.reconnects', times).value,
    wifi_address: (which: number, address: string, netmask: string, gateway: string) =>
      current().call(which === AP_IF ? 'ap.address' : 'wifi.address', address, netmask, gateway).value,
    wifi_dns: (server: string) => current().call('wifi.dns', server).value,
    wifi_channel: (channel: number) => current().call('wifi.channel', channel).value,
    wifi_power_save: (mode: number) => current().call('wifi.power-save', mode).value,
    wifi_mac: (which: number, address: number) =>
      current().call(which === AP_IF ? 'ap.mac' : 'wifi.mac', macAt(memory.read(address, 6), 0)).value,
    wifi_disconnect: () => current().call('wifi.disconnect').value,
    ap_configure: (
      ssid: string,
      password: string,
      authmode: number,
      channel: number,
      hidden: boolean,
      maxStations: number,
    ) => current().call('ap.configure', { ssid, password, authmode, channel, hidden, maxStations }).value,

    /** Asks for the status of an interface; `wifi_get` then reads its fields. */
    wifi_status(which: number) {
      const { value, data } = current().call(which === AP_IF ? 'ap.status' : 'wifi.status');
      status = data;
      return value;
    },
    /** Bytes come in hexadecimal, several with commas between. */
    wifi_get(field: keyof WifiStatus | keyof AccessPointStatus) {
      const value = status?.[field] ?? 0;
      if (value instanceof Uint8Array) return toHex(value);
      return Array.isArray(value) ? value.map((each) => toHex(each)).join() : value;
    },

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
