import type { MacAddress } from './addresses.ts';
import type { EthernetPort } from './ethernet.ts';
import type { Link } from './link.ts';
import { lossAt, SENSITIVITY } from './radio.ts';

/** wifi_auth_mode_t of ESP-IDF, which scan() shows by number. */
export const AuthMode = { OPEN: 0, WEP: 1, WPA_PSK: 2, WPA2_PSK: 3, WPA_WPA2_PSK: 4, WPA3_PSK: 6 } as const;

/** Read anew whenever they count: an object with getters may change its mind. */
export interface AccessPointOptions {
  readonly ssid: string;
  readonly bssid: MacAddress;
  /** None: an open network. */
  readonly password?: string | undefined;
  /** What its beacons say of its security; by default what the password makes of it. */
  readonly authmode?: number;
  readonly channel?: number;
  /** Signal strength at the stations to begin with, dBm. */
  readonly rssi?: number;
  readonly hidden?: boolean;
  /** Stations that it lets in at one time. */
  readonly maxStations?: number;
  /** Told of who has the password and who has not. */
  readonly onAdmission?: (actor: string, outcome: 'admitted' | 'wrong-password') => void;
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
export type Admission = { readonly port: EthernetPort } | { readonly refused: 'wrong-password' | 'full' };

/** What an access point does to a station that it has let in. */
export interface StationHooks {
  /** Its beacons can no longer be heard, or again; `isHeard` says which. */
  onBeacons(): void;
  /** It sends the station away, with a reason code of 802.11. */
  onDeauthenticated(reason: number): void;
}

interface Member extends StationHooks {
  readonly port: EthernetPort;
  /** Takes the signal's share of losses off the link again. */
  clear: () => void;
}

const DEFAULT_RSSI = -55;

/**
 * A Wi-Fi access point. The air is not simulated frame by frame: joining takes its time in the station, and
 * data travels as Ethernet frames on the access point's link, whose latency and loss are the radio's.
 */
export class AccessPoint {
  private readonly options: AccessPointOptions;
  private readonly members = new Map<MacAddress, Member>();
  private on = true;
  private signal: number;

  constructor(options: AccessPointOptions) {
    this.options = options;
    this.signal = options.rssi ?? DEFAULT_RSSI;
  }

  /** A station hears its beacons. */
  get isHeard(): boolean {
    return this.on && this.signal >= SENSITIVITY;
  }

  /** What a station sees of it. A hidden network sends no name. */
  get beacon(): ScanResult {
    const { ssid, bssid, password, channel = 6, hidden = false } = this.options;
    const { authmode = password === undefined ? AuthMode.OPEN : AuthMode.WPA2_PSK } = this.options;
    return { ssid: hidden ? '' : ssid, bssid, channel, rssi: this.signal, authmode, hidden };
  }

  /** Whether it answers a probe for this name; it does so when hidden, too. */
  isNamed(ssid: string): boolean {
    return this.isHeard && this.options.ssid === ssid;
  }

  /** Lets a station in that has the password; an open network takes any. */
  admit(actor: string, mac: MacAddress, password: string, hooks: StationHooks): Admission {
    const { password: own, link, maxStations = Number.POSITIVE_INFINITY } = this.options;
    this.dismiss(mac);
    if (this.members.size >= maxStations) return { refused: 'full' };
    const { onAdmission } = this.options;
    if (own !== undefined && own !== password) {
      onAdmission?.(actor, 'wrong-password');
      return { refused: 'wrong-password' };
    }
    onAdmission?.(actor, 'admitted');
    const port = link.attach(actor, mac);
    this.members.set(mac, { ...hooks, port, clear: this.weaken(mac) });
    return { port };
  }

  /** Who is in, in the order of coming. */
  get stations(): MacAddress[] {
    return [...this.members.keys()];
  }

  /** A station has left. */
  dismiss(mac: MacAddress): void {
    const member = this.members.get(mac);
    member?.clear();
    member?.port.detach();
    this.members.delete(mac);
  }

  /** Switches the radio. Going off, it tells nobody: stations miss its beacons. */
  setOn(on: boolean): void {
    this.on = on;
    if (on) return;
    for (const { onBeacons } of this.dismissAll()) onBeacons();
  }

  /** The stations have moved, or something stands in the way. */
  setSignal(rssi: number): void {
    const wasHeard = this.isHeard;
    this.signal = rssi;
    for (const [mac, member] of this.members) {
      member.clear();
      member.clear = this.weaken(mac);
      if (this.isHeard !== wasHeard) member.onBeacons();
    }
  }

  get rssi(): number {
    return this.signal;
  }

  /** Sends all stations away. */
  deauthenticate(reason: number): void {
    for (const { onDeauthenticated } of this.dismissAll()) onDeauthenticated(reason);
  }

  private dismissAll(): Member[] {
    const gone = [...this.members.values()];
    for (const mac of [...this.members.keys()]) this.dismiss(mac);
    return gone;
  }

  private weaken(mac: MacAddress): () => void {
    const loss = lossAt(this.signal);
    return loss === 0 ? () => {} : this.options.link.impair({ loss }, mac);
  }
}
