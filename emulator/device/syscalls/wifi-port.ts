import type { ScanResult, WifiStatus } from './table.ts';

/** The Wi-Fi station of a device, as its system calls use it. */
export interface WifiPort {
  setActive(on: boolean): void;
  /** Begins to associate and to get an address; `status()` tells how far it has come. */
  connect(ssid: string, password: string, bssid: string, hostName: string): void;
  disconnect(): void;
  setReconnects(times: number): void;
  /** Without an address: DHCP. */
  setAddress(address: string, netmask: string, gateway: string): void;
  setDns(server: string): void;
  status(): WifiStatus;
  /** Takes virtual time; calls back once. */
  scan(done: (found: readonly ScanResult[]) => void): void;
}
