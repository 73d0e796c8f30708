/** A device's Wi-Fi interface put together: station, stack and DHCP client, as system calls use them. */
import { macBytes } from '../net/addresses.ts';
import { DhcpClient } from '../net/dhcp-client.ts';
import type { NetInterface } from '../net/interface.ts';
import type { Ipv4Stack } from '../net/stack.ts';
import type { WifiStation } from '../net/wifi.ts';
import type { ScanResult, WifiStatus } from './syscalls/table.ts';
import type { WifiPort } from './syscalls/wifi-port.ts';

/** The name that MicroPython's DHCP client gives. */
const HOST_NAME = 'mpy-esp32';

export class WifiStationPort implements WifiPort {
  private readonly stack: Ipv4Stack;
  private readonly station: WifiStation;
  private readonly netInterface: NetInterface;
  private ssid = '';

  /** Attaches the station to the stack; from then on DHCP configures it whenever it is associated. */
  constructor(stack: Ipv4Stack, station: WifiStation) {
    this.stack = stack;
    this.station = station;
    this.netInterface = stack.attach(station);
    new DhcpClient(stack, this.netInterface, { hostName: HOST_NAME });
  }

  setActive(on: boolean): void {
    this.station.setActive(on);
  }

  connect(ssid: string, password: string): void {
    this.ssid = ssid;
    this.station.connect(ssid, password);
  }

  disconnect(): void {
    this.station.disconnect();
  }

  scan(done: (found: readonly ScanResult[]) => void): void {
    this.station.scan((results) =>
      done(
        results.map(({ bssid, authmode, ...result }) => ({
          ...result,
          bssid: macBytes(bssid),
          security: authmode,
        })),
      ),
    );
  }

  status(): WifiStatus {
    const { isReady, config } = this.netInterface;
    return {
      active: this.station.state !== 'inactive',
      connected: isReady,
      status: this.station.status(isReady),
      ssid: this.station.isUp ? this.ssid : '',
      address: (isReady && config?.address) || '',
      netmask: (isReady && config?.netmask) || '',
      gateway: (isReady && config?.gateway) || '',
      dns: this.stack.dnsServers[0] ?? '',
      rssi: this.station.rssi ?? 0,
    };
  }
}
