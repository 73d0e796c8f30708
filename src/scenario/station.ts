/** A device's Wi-Fi: station, stack and DHCP client put together, as the device's system calls use them. */
import type { ScanResult, WifiStatus } from '../../emulator/device/syscalls/table.ts';
import type { WifiPort } from '../../emulator/device/syscalls/wifi-port.ts';
import { macBytes } from '../../emulator/net/addresses.ts';
import { DhcpClient } from '../../emulator/net/dhcp-client.ts';
import type { NetInterface } from '../../emulator/net/interface.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import { type AccessPoint, WifiStation } from '../../emulator/net/wifi.ts';
import type { World } from '../../emulator/world/world.ts';

export interface StationOptions {
  /** The actor in the trace. */
  readonly name: string;
  readonly mac: string;
  readonly accessPoints: readonly AccessPoint[];
}

export class Station implements WifiPort {
  readonly stack: Ipv4Stack;
  /** Six bytes. */
  readonly mac: Uint8Array;
  private readonly station: WifiStation;
  private readonly on: NetInterface;
  private ssid = '';

  constructor(world: World, options: StationOptions) {
    this.mac = macBytes(options.mac);
    this.station = new WifiStation(world, options);
    this.stack = new Ipv4Stack(world, { name: options.name, tcp: 'lwip' });
    this.on = this.stack.attach(this.station);
    // Runs by itself from here on: it follows the port up and down.
    new DhcpClient(this.stack, this.on, { hostName: options.name });
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

  status(): WifiStatus {
    const { config } = this.on;
    const connected = this.on.isReady;
    return {
      active: this.station.state !== 'inactive',
      connected,
      status: this.station.status(connected),
      ssid: this.station.isUp ? this.ssid : '',
      address: config?.address ?? '',
      netmask: config?.netmask ?? '',
      gateway: config?.gateway ?? '',
      dns: this.stack.dnsServers[0] ?? '',
      rssi: this.station.rssi ?? 0,
    };
  }

  scan(done: (found: readonly ScanResult[]) => void): void {
    this.station.scan((found) =>
      done(
        found.map(({ authmode, bssid, ...rest }) => ({
          ...rest,
          bssid: macBytes(bssid),
          security: authmode,
        })),
      ),
    );
  }
}
