/** An access point in the hands of one of the stacks: for that stack it is a port that comes and goes. */
import { AccessPoint, type AccessPointOptions, AuthMode } from './access-point.ts';
import type { MacAddress } from './addresses.ts';
import { ETHERNET_MTU, type EthernetPort, type Narrowing } from './ethernet.ts';
import type { Link } from './link.ts';
import { DisconnectReason } from './wifi.ts';

export interface SoftAccessPointSettings {
  readonly ssid: string;
  readonly password: string;
  /** Of `AuthMode`; the password counts only when it is not OPEN. */
  readonly authmode: number;
  readonly channel: number;
  readonly hidden: boolean;
  readonly maxStations: number;
}

export interface SoftAccessPointOptions {
  /** The actor in the trace. */
  readonly name: string;
  readonly mac: MacAddress;
  /** The air between it and its stations; nobody else is there. */
  readonly link: Link;
  /** One radio serves both: while this says a channel, a station's network decides on it. */
  readonly stationChannel: () => number | undefined;
}

/** ESP-IDF's values: an open network on channel 1 for four stations, named after the last bytes of its address. */
export function defaultSettings(mac: MacAddress): SoftAccessPointSettings {
  const suffix = mac.slice(9).replaceAll(':', '').toUpperCase();
  return {
    ssid: `ESP_${suffix}`,
    password: '',
    authmode: AuthMode.OPEN,
    channel: 1,
    hidden: false,
    maxStations: 4,
  };
}

export class SoftAccessPoint implements EthernetPort {
  /** May change while it is off. */
  mac: MacAddress;
  onFrame: ((frame: Uint8Array) => void) | undefined;
  onStatus: (() => void) | undefined;
  /** Whom stations find. */
  readonly radio: AccessPoint;
  private readonly options: SoftAccessPointOptions;
  private current: SoftAccessPointSettings;
  private port: EthernetPort | undefined;

  constructor(options: SoftAccessPointOptions) {
    this.options = options;
    this.mac = options.mac;
    this.current = defaultSettings(options.mac);
    this.radio = new AccessPoint(this.radioOptions());
    this.radio.setOn(false);
  }

  get isUp(): boolean {
    return this.port !== undefined;
  }

  get narrowing(): Narrowing {
    return this.port?.narrowing ?? { mtu: ETHERNET_MTU, blackHole: false };
  }

  get settings(): SoftAccessPointSettings {
    return this.current;
  }

  get channel(): number {
    return this.options.stationChannel() ?? this.current.channel;
  }

  get stations(): MacAddress[] {
    return this.radio.stations;
  }

  /** Switched off, it sends its stations away first. */
  setActive(on: boolean): void {
    if (on === this.isUp) return;
    if (on) this.start();
    else {
      this.radio.deauthenticate(DisconnectReason.DEAUTHENTICATED);
      this.stop();
    }
  }

  /** A change makes the radio start anew: whoever is in has to join again. */
  configure(changes: Partial<SoftAccessPointSettings>): void {
    const before = this.current;
    this.current = { ...before, ...changes };
    const keys = Object.keys(changes) as (keyof SoftAccessPointSettings)[];
    if (keys.every((key) => before[key] === changes[key])) return;
    this.radio.deauthenticate(DisconnectReason.DEAUTHENTICATED);
  }

  send(frame: Uint8Array): void {
    this.port?.send(frame);
  }

  /** Power off: the stations are told nothing, and the settings are forgotten. */
  detach(): void {
    if (this.isUp) this.stop();
    this.mac = this.options.mac;
    this.current = defaultSettings(this.mac);
  }

  private radioOptions(): AccessPointOptions {
    const own = this;
    return {
      link: own.options.link,
      get ssid() {
        return own.current.ssid;
      },
      get bssid() {
        return own.mac;
      },
      get password() {
        return own.current.authmode === AuthMode.OPEN ? undefined : own.current.password;
      },
      get authmode() {
        return own.current.authmode;
      },
      get channel() {
        return own.channel;
      },
      get hidden() {
        return own.current.hidden;
      },
      get maxStations() {
        return own.current.maxStations;
      },
    };
  }

  private start(): void {
    this.port = this.options.link.attach(this.options.name, this.mac);
    this.port.onFrame = (frame) => this.onFrame?.(frame);
    this.radio.setOn(true);
    this.onStatus?.();
  }

  private stop(): void {
    this.radio.setOn(false);
    this.port?.detach();
    this.port = undefined;
    this.onStatus?.();
  }
}
