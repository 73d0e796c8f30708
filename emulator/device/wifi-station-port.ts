/** A device's Wi-Fi interface put together: station, stack and DHCP client, as system calls use them. */
import { ANY_ADDRESS, macBytes } from '../net/addresses.ts';
import { DhcpClient } from '../net/dhcp-client.ts';
import type { InterfaceConfig, NetInterface } from '../net/interface.ts';
import type { Ipv4Stack } from '../net/stack.ts';
import type { WifiStation } from '../net/wifi.ts';
import type { ScanResult, WifiStatus } from './syscalls/table.ts';
import type { WifiPort } from './syscalls/wifi-port.ts';

export class WifiStationPort implements WifiPort {
  private readonly stack: Ipv4Stack;
  private readonly station: WifiStation;
  private readonly netInterface: NetInterface;
  private readonly dhcp: DhcpClient;
  private network = { ssid: '', password: '', bssid: '' };
  /** As set; a static configuration counts while the station is associated. */
  private fixed: InterfaceConfig | undefined;

  /** Attaches the station to the stack; from then on DHCP configures it whenever it is associated. */
  constructor(stack: Ipv4Stack, station: WifiStation) {
    this.stack = stack;
    this.station = station;
    this.netInterface = stack.attach(station);
    this.dhcp = new DhcpClient(stack, this.netInterface);
  }

  setActive(on: boolean): void {
    this.station.setActive(on);
  }

  connect(ssid: string, password: string, bssid: string, hostName: string): void {
    // Without a name: the network it was told last.
    if (ssid !== '') this.network = { ssid, password, bssid };
    this.dhcp.hostName = hostName;
    this.station.connect(this.network.ssid, this.network.password, this.network.bssid || undefined);
  }

  setReconnects(times: number): void {
    this.station.reconnects = times;
  }

  setAddress(address: string, netmask: string, gateway: string): void {
    this.fixed =
      address === '' ? undefined : { address, netmask, ...(gateway !== ANY_ADDRESS && { gateway }) };
    this.dhcp.setFixed(this.fixed);
  }

  setDns(server: string): void {
    this.stack.dnsServers = server === ANY_ADDRESS ? [] : [server];
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
    const { isReady } = this.netInterface;
    const config = isReady ? this.netInterface.config : this.fixed;
    return {
      active: this.station.state !== 'inactive',
      connected: isReady,
      status: this.station.status(isReady),
      ssid: this.network.ssid,
      joining: this.station.isJoining,
      dhcp: !this.dhcp.isFixed,
      channel: this.station.channel,
      address: config?.address ?? '',
      netmask: config?.netmask ?? '',
      gateway: config?.gateway ?? '',
      dns: this.stack.dnsServers[0] ?? '',
      rssi: this.station.rssi ?? 0,
    };
  }
}
