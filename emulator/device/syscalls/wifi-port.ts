import type { AccessPointSettings, AccessPointStatus, ScanResult, WifiStatus } from './table.ts';

/** The Wi-Fi station of a device, as its system calls use it. */
export interface WifiPort {
  /** The device's own access point; absent where there is no air for it. */
  readonly accessPoint?: AccessPointPort;
  setActive(on: boolean): void;
  /** Begins to associate and to get an address; `status()` tells how far it has come. */
  connect(ssid: string, password: string, bssid: string, hostName: string): void;
  disconnect(): void;
  setReconnects(times: number): void;
  /** Without an address: DHCP. */
  setAddress(address: string, netmask: string, gateway: string): void;
  setDns(server: string): void;
  setChannel(channel: number): void;
  setPowerSave(mode: number): void;
  setMac(mac: string): void;
  /** Both interfaces vanish without a word. */
  powerOff(): void;
  status(): WifiStatus;
  /** Takes virtual time; calls back once. */
  scan(done: (found: readonly ScanResult[]) => void): void;
}

/** The access point that a device is itself. */
export interface AccessPointPort {
  setActive(on: boolean): void;
  configure(changes: Partial<AccessPointSettings>): void;
  setAddress(address: string, netmask: string, gateway: string): void;
  setMac(mac: string): void;
  status(): AccessPointStatus;
}

/** Which of the radio's interfaces are on, by MicroPython's numbers. */
export function activeInterfaces(wifi: WifiPort | undefined): number[] {
  const active = [wifi?.status().active, wifi?.accessPoint?.status().active];
  return [...active.keys()].filter((each) => active[each]);
}
