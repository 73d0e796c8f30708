/** The station of a device that is on its network from power-on and stays there, whatever its program says. */
import type { ScanResult, WifiStatus } from './syscalls/table.ts';
import type { WifiPort } from './syscalls/wifi-port.ts';

export interface StayingNetwork {
  readonly ssid: string;
  readonly password: string;
  readonly address: string;
  readonly netmask: string;
  readonly gateway: string;
  readonly dns: string;
}

export class StayingStation implements WifiPort {
  private readonly port: WifiPort;

  /** `port`: one that joins in no time. */
  constructor(port: WifiPort, { ssid, password, address, netmask, gateway, dns }: StayingNetwork) {
    this.port = port;
    port.setActive(true);
    port.setAddress(address, netmask, gateway);
    port.setDns(dns);
    port.connect(ssid, password, '', '');
  }

  setActive(): void {}
  connect(): void {}
  disconnect(): void {}
  setReconnects(): void {}
  setAddress(): void {}
  setDns(): void {}
  setChannel(): void {}
  setMac(): void {}
  powerOff(): void {}

  setPowerSave(mode: number): void {
    this.port.setPowerSave(mode);
  }

  status(): WifiStatus {
    return this.port.status();
  }

  scan(done: (found: readonly ScanResult[]) => void): void {
    this.port.scan(done);
  }
}
