/** A device's own access point put together: radio, interface and DHCP server, as system calls use them. */
import { ANY_ADDRESS, type Ipv4Address, ipv4Number, ipv4Text, macBytes } from '../net/addresses.ts';
import { DhcpServer } from '../net/dhcp-server.ts';
import type { InterfaceConfig, NetInterface } from '../net/interface.ts';
import type { SoftAccessPoint } from '../net/soft-access-point.ts';
import type { Ipv4Stack } from '../net/stack.ts';
import type { AccessPointSettings, AccessPointStatus } from './syscalls/table.ts';
import type { AccessPointPort } from './syscalls/wifi-port.ts';

const DEFAULT_CONFIG: InterfaceConfig = {
  address: '192.168.4.1',
  netmask: '255.255.255.0',
  gateway: '192.168.4.1',
};
/** ESP-IDF's DHCP server: DHCPS_MAX_LEASE addresses for DHCPS_LEASE_TIME_DEF minutes. */
const POOL_SIZE = 100;
const LEASE_SECONDS = 120 * 60;

export class SoftAccessPointPort implements AccessPointPort {
  private readonly stack: Ipv4Stack;
  private readonly accessPoint: SoftAccessPoint;
  private readonly netInterface: NetInterface;
  private config = DEFAULT_CONFIG;
  private server: DhcpServer | undefined;

  constructor(stack: Ipv4Stack, accessPoint: SoftAccessPoint) {
    this.stack = stack;
    this.accessPoint = accessPoint;
    this.netInterface = stack.attach(accessPoint);
  }

  setActive(on: boolean): void {
    this.accessPoint.setActive(on);
    this.update();
  }

  configure(changes: Partial<AccessPointSettings>): void {
    this.accessPoint.configure(changes);
  }

  setMac(mac: string): void {
    this.accessPoint.mac = mac;
  }

  /** The DHCP server starts anew with addresses that fit. */
  setAddress(address: string, netmask: string, gateway: string): void {
    this.config = { address, netmask, ...(gateway !== ANY_ADDRESS && { gateway }) };
    this.update();
  }

  powerOff(): void {
    this.accessPoint.detach();
    this.config = DEFAULT_CONFIG;
    this.update();
  }

  status(): AccessPointStatus {
    const { address, netmask, gateway = ANY_ADDRESS } = this.config;
    const { settings, channel, stations, isUp, mac } = this.accessPoint;
    return {
      ...settings,
      channel,
      ownChannel: settings.channel,
      active: isUp,
      connected: stations.length > 0,
      mac: macBytes(mac),
      stations: stations.map(macBytes),
      address,
      netmask,
      gateway,
      dns: '',
    };
  }

  private update(): void {
    this.server?.close();
    this.server = undefined;
    const on = this.accessPoint.isUp;
    this.netInterface.configure(on ? this.config : undefined);
    if (!on) return;
    const { address } = this.config;
    this.server = new DhcpServer(this.stack, this.netInterface, {
      ...poolBeside(address),
      dnsServers: [address],
      leaseSeconds: LEASE_SECONDS,
    });
  }
}

/** Behind the server's own address, or below it when that is in the upper half (dhcps_poll_set). */
function poolBeside(address: Ipv4Address): { first: Ipv4Address; last: Ipv4Address } {
  const own = ipv4Number(address);
  const first = (own & 0xff) >= 0x80 ? own - POOL_SIZE : own + 1;
  return { first: ipv4Text(first), last: ipv4Text(first + POOL_SIZE - 1) };
}
