/** Stations of devices that are on their network from power-on and stay there, whatever their programs say. */
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

/** What it shows is another matter. */
export abstract class UnmovedStation implements WifiPort {
  setActive(): void {}
  connect(): void {}
  disconnect(): void {}
  setReconnects(): void {}
  setAddress(): void {}
  setDns(): void {}
  setChannel(): void {}
  setPowerSave(_mode: number): void {}
  setMac(): void {}
  powerOff(): void {}
  abstract status(): WifiStatus;
  abstract scan(done: (found: readonly ScanResult[]) => void): void;
}

/** In the air of a simulated network. */
export class StayingStation extends UnmovedStation {
  private readonly port: WifiPort;

  /** `port`: one that joins in no time. */
  constructor(port: WifiPort, { ssid, password, address, netmask, gateway, dns }: StayingNetwork) {
    super();
    this.port = port;
    port.setActive(true);
    port.setAddress(address, netmask, gateway);
    port.setDns(dns);
    port.connect(ssid, password, '', '');
  }

  override setPowerSave(mode: number): void {
    this.port.setPowerSave(mode);
  }

  status(): WifiStatus {
    return this.port.status();
  }

  scan(done: (found: readonly ScanResult[]) => void): void {
    this.port.scan(done);
  }
}
