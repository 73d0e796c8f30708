import type { ScanResult, WifiStatus } from './table.ts';

/** The Wi-Fi station of a device, as its system calls use it. */
export interface WifiPort {
  setActive(on: boolean): void;
  /** Begins to associate and to get an address; `status()` tells how far it has come. */
  connect(ssid: string, password: string): void;
  disconnect(): void;
  status(): WifiStatus;
  /** Takes virtual time; calls back once. */
  scan(done: (found: readonly ScanResult[]) => void): void;
}
