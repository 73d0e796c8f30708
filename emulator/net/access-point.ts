import type { MacAddress } from './addresses.ts';
import type { EthernetPort } from './ethernet.ts';
import type { Link } from './link.ts';

/** wifi_auth_mode_t of ESP-IDF, which scan() shows by number. */
export const AuthMode = { OPEN: 0, WEP: 1, WPA_PSK: 2, WPA2_PSK: 3, WPA_WPA2_PSK: 4, WPA3_PSK: 6 } as const;

export interface AccessPointOptions {
  readonly ssid: string;
  readonly bssid: MacAddress;
  /** None: an open network. */
  readonly password?: string;
  readonly channel?: number;
  /** Signal strength at the stations, dBm. */
  readonly rssi?: number;
  readonly hidden?: boolean;
  /** The segment that it bridges its stations to. */
  readonly link: Link;
}

/** One entry of a scan, in MicroPython's order. */
export interface ScanResult {
  readonly ssid: string;
  readonly bssid: MacAddress;
  readonly channel: number;
  readonly rssi: number;
  readonly authmode: number;
  readonly hidden: boolean;
}

/** What an association request comes to. */
export type Admission = { readonly port: EthernetPort } | { readonly refused: 'wrong-password' };

/**
 * A Wi-Fi access point. The air is not simulated frame by frame: joining takes its time in the station, and
 * data travels as Ethernet frames on the access point's link, whose latency and loss are the radio's.
 */
export class AccessPoint {
  private readonly options: AccessPointOptions;
  private readonly stations = new Map<MacAddress, { port: EthernetPort; onLost: () => void }>();
  private on = true;

  constructor(options: AccessPointOptions) {
    this.options = options;
  }

  get isOn(): boolean {
    return this.on;
  }

  /** What a station sees of it. A hidden network sends no name. */
  get beacon(): ScanResult {
    const { ssid, bssid, password, channel = 6, rssi = -55, hidden = false } = this.options;
    const authmode = password === undefined ? AuthMode.OPEN : AuthMode.WPA2_PSK;
    return { ssid: hidden ? '' : ssid, bssid, channel, rssi, authmode, hidden };
  }

  /** Whether it answers a probe for this name; it does so when hidden, too. */
  isNamed(ssid: string): boolean {
    return this.on && this.options.ssid === ssid;
  }

  /** Lets a station in that has the password; an open network takes any. `onLost` says that it is gone. */
  admit(actor: string, mac: MacAddress, password: string, onLost: () => void): Admission {
    const { password: own, link } = this.options;
    if (own !== undefined && own !== password) return { refused: 'wrong-password' };
    this.dismiss(mac);
    const port = link.attach(actor, mac);
    this.stations.set(mac, { port, onLost });
    return { port };
  }

  /** A station has left. */
  dismiss(mac: MacAddress): void {
    this.stations.get(mac)?.port.detach();
    this.stations.delete(mac);
  }

  /** Switches the radio. Going off, it tells nobody: stations miss its beacons. */
  setOn(on: boolean): void {
    this.on = on;
    if (on) return;
    const gone = [...this.stations.values()];
    this.stations.clear();
    for (const { port, onLost } of gone) {
      port.detach();
      onLost();
    }
  }
}
