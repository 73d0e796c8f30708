import type { Timer } from '../world/event-queue.ts';
import type { Random } from '../world/random.ts';
import { MILLISECOND, type Nanoseconds, SECOND } from '../world/time.ts';
import type { World } from '../world/world.ts';
import type { AccessPoint, ScanResult } from './access-point.ts';
import type { MacAddress } from './addresses.ts';
import { ETHERNET_MTU, type EthernetPort, type Narrowing } from './ethernet.ts';
import { ModemSleep } from './modem-sleep.ts';
import { lossAt } from './radio.ts';

export { AccessPoint, type AccessPointOptions, AuthMode, type ScanResult } from './access-point.ts';

/** What WLAN.status() returns: MicroPython's STAT_ constants, and ESP-IDF's reason codes for failures. */
export const WifiStatus = {
  BEACON_TIMEOUT: 200,
  NO_AP_FOUND: 201,
  WRONG_PASSWORD: 202,
  ASSOC_FAIL: 203,
  HANDSHAKE_TIMEOUT: 204,
  IDLE: 1000,
  CONNECTING: 1001,
  GOT_IP: 1010,
} as const;

/** Reason codes of 802.11 that ESP-IDF passes on (wifi_err_reason_t). */
export const DisconnectReason = {
  AUTH_EXPIRE: 2,
  DEAUTHENTICATED: 3,
  TOO_MANY_STATIONS: 5,
  LEFT: 8,
} as const;

export type WifiState =
  | 'inactive'
  | 'idle'
  | 'scanning'
  | 'authenticating'
  | 'associating'
  | 'handshake'
  | 'associated';

/**
 * How long joining takes, 4 s in all: "scan and associate about 4 s" is known, the division is an estimate.
 * A wrong password shows when the four-way handshake times out; a silent access point after 6 s without a
 * beacon (ESP-IDF's inactive time).
 */
export const WIFI_TIMES = {
  scan: 2500 * MILLISECOND,
  authenticate: 500 * MILLISECOND,
  associate: 500 * MILLISECOND,
  handshake: 500 * MILLISECOND,
  handshakeTimeout: 3 * SECOND,
  beaconTimeout: 6 * SECOND,
} satisfies Record<string, Nanoseconds>;

/** Frames of a step of joining that must all arrive. */
const FRAMES_A_STEP = 2;
/** How long ESP-IDF waits for the answer to a step. An estimate. */
const STEP_TIMEOUT: Nanoseconds = SECOND;

const JOINING: readonly WifiState[] = ['scanning', 'authenticating', 'associating', 'handshake'];

export interface WifiStationOptions {
  /** The actor in the trace. */
  readonly name: string;
  readonly mac: MacAddress;
  /** Whoever is in reach. Kept, not copied: later changes count. */
  readonly accessPoints: readonly AccessPoint[];
  /** Its own radio's access point, which it does not hear. */
  readonly own?: AccessPoint;
  /** How long the steps of joining take; what is left out is WIFI_TIMES'. */
  readonly times?: Partial<typeof WIFI_TIMES>;
  /** What modem sleep adds to a frame's way; without, the modem never sleeps. */
  readonly modemSleepLatency?: (random: Random) => Nanoseconds;
}

/** A Wi-Fi station as MicroPython's esp32 port drives it; for a stack it is a port that comes and goes. */
export class WifiStation implements EthernetPort {
  /** May change while it is in no network. */
  mac: MacAddress;
  onFrame: ((frame: Uint8Array) => void) | undefined;
  onStatus: (() => void) | undefined;
  /** The state has changed; `state` and `status` tell to what. */
  onState: (() => void) | undefined;
  /** WLAN.config(reconnects=…): how often to try again after a failure; -1 for ever, which is the default. */
  reconnects = -1;
  /** Where it listens while it is in no network. */
  idleChannel = 1;
  private readonly world: World;
  private readonly options: WifiStationOptions;
  private readonly times: typeof WIFI_TIMES;
  private current: WifiState = 'inactive';
  private credentials: { ssid: string; password: string; bssid: MacAddress | undefined } | undefined;
  /** Disconnections since connect(); a success in between does not make them undone, on the port neither. */
  private failures = 0;
  /** ESP-IDF's reason for the last disconnection, 0 after success. */
  private reason = 0;
  /** Runs out when no beacon was heard for too long. */
  private silence: Timer | undefined;
  private readonly random: Random;
  private readonly sleep: ModemSleep;
  private timer: Timer | undefined;
  private joined: { accessPoint: AccessPoint; port: EthernetPort } | undefined;
  private readonly scans = new Set<Timer>();

  constructor(world: World, options: WifiStationOptions) {
    this.world = world;
    this.options = options;
    this.mac = options.mac;
    this.random = world.random.fork(`wifi/${options.name}`);
    const sleeping = this.random.fork('sleep');
    const latency = () => options.modemSleepLatency?.(sleeping) ?? 0;
    this.sleep = new ModemSleep(world, latency, (frame) => this.onFrame?.(frame));
    this.times = { ...WIFI_TIMES, ...options.times };
  }

  get state(): WifiState {
    return this.current;
  }

  get isUp(): boolean {
    return this.current === 'associated';
  }

  get narrowing(): Narrowing {
    return this.joined?.port.narrowing ?? { mtu: ETHERNET_MTU, blackHole: false };
  }

  /** Signal of the access point, dBm, while associated. */
  get rssi(): number | undefined {
    return this.joined?.accessPoint.beacon.rssi;
  }

  /** Of the access point, while associated. */
  get channel(): number {
    return this.joined?.accessPoint.beacon.channel ?? this.idleChannel;
  }

  /**
   * WLAN.status(), in the port's order: an address counts first; no access point and a wrong password show
   * while the station goes on trying; other reasons only when it has given up.
   */
  status(hasAddress: boolean): number {
    if (this.isUp && hasAddress) return WifiStatus.GOT_IP;
    if (this.reason === WifiStatus.NO_AP_FOUND || this.reason === WifiStatus.WRONG_PASSWORD)
      return this.reason;
    if (this.reason === DisconnectReason.LEFT) return WifiStatus.IDLE;
    if (this.credentials !== undefined && this.triesAgain) return WifiStatus.CONNECTING;
    return this.reason === 0 ? WifiStatus.IDLE : this.reason;
  }

  /** On its way into a network: the driver then refuses another connect(). */
  get isJoining(): boolean {
    return JOINING.includes(this.current);
  }

  /** WLAN.active(): going inactive leaves the network. */
  setActive(active: boolean): void {
    if (active === (this.current !== 'inactive')) return;
    if (active) {
      this.enter('idle');
      return;
    }
    this.disconnect();
    for (const scan of this.scans) scan.cancel();
    this.enter('inactive');
  }

  /** Lists who is in reach, strongest first, after the time a scan takes. */
  scan(done: (results: readonly ScanResult[]) => void): void {
    const timer = this.world.after(this.times.scan, () => {
      this.scans.delete(timer);
      const heard = this.others.filter((each) => each.isHeard).map((each) => each.beacon);
      done(heard.sort((a, b) => b.rssi - a.rssi));
    });
    this.scans.add(timer);
  }

  /** WLAN.connect(): joins, and joins again when the network goes away. Ignored while inactive. */
  connect(ssid: string, password = '', bssid?: MacAddress): void {
    if (this.current === 'inactive') return;
    this.leave();
    this.credentials = { ssid, password, bssid };
    this.failures = 0;
    this.join();
  }

  /** WLAN.disconnect(). */
  disconnect(): void {
    this.credentials = undefined;
    if (this.current === 'inactive') return;
    if (this.isUp || this.isJoining) this.reason = DisconnectReason.LEFT;
    this.leave();
    this.enter('idle');
  }

  /** WLAN.config(pm=…), of `PowerSave`. */
  setPowerSave(mode: number): void {
    this.sleep.setMode(mode);
  }

  send(frame: Uint8Array): void {
    this.sleep.sending();
    this.joined?.port.send(frame);
  }

  /** Power off: the access point is left without a word. */
  detach(): void {
    this.setActive(false);
  }

  private get others(): AccessPoint[] {
    return this.options.accessPoints.filter((each) => each !== this.options.own);
  }

  private get triesAgain(): boolean {
    return this.reconnects < 0 || this.failures <= this.reconnects;
  }

  private join(): void {
    const { ssid } = this.credentials!;
    this.enter('scanning', ssid);
    this.later(this.times.scan, () => {
      const found = this.find();
      if (found === undefined) return this.failed(WifiStatus.NO_AP_FOUND, 'no access point found');
      this.enter('authenticating', ssid);
      this.exchange(found, this.times.authenticate, 'authentication', DisconnectReason.AUTH_EXPIRE, () => {
        this.enter('associating', ssid);
        this.exchange(found, this.times.associate, 'association', WifiStatus.ASSOC_FAIL, () =>
          this.handshake(found),
        );
      });
    });
  }

  /**
   * The first access point of that name, by channel: MicroPython leaves ESP-IDF's scan method at "fast", which
   * takes the first that it hears and not the strongest.
   */
  private find(): AccessPoint | undefined {
    const { ssid, bssid } = this.credentials!;
    return this.others
      .filter((each) => each.isNamed(ssid) && (bssid === undefined || each.beacon.bssid === bssid))
      .sort((a, b) => a.beacon.channel - b.beacon.channel || b.beacon.rssi - a.beacon.rssi)[0];
  }

  /** A step of joining: a few frames each way, which a weak signal may lose. */
  private exchange(
    { isHeard, rssi }: AccessPoint,
    duration: Nanoseconds,
    step: string,
    reason: number,
    next: () => void,
  ): void {
    const kept = isHeard ? (1 - lossAt(rssi)) ** FRAMES_A_STEP : 0;
    const lost = kept < 1 && this.random.unit() >= kept;
    if (!lost) this.later(duration, next);
    else this.later(STEP_TIMEOUT, () => this.failed(reason, `${step} timed out`));
  }

  /** WPA2's four-way handshake proves the password. */
  private handshake(accessPoint: AccessPoint): void {
    const { ssid, password } = this.credentials!;
    this.enter('handshake', ssid);
    if (!accessPoint.isHeard) {
      this.handshakeTimesOut();
      return;
    }
    const admission = accessPoint.admit(this.options.name, this.mac, password, {
      onBeacons: () => this.listen(accessPoint),
      onDeauthenticated: (reason) => this.failed(reason, `sent away by the access point, reason ${reason}`),
    });
    if ('refused' in admission) {
      if (admission.refused === 'full') {
        this.failed(DisconnectReason.TOO_MANY_STATIONS, 'the access point takes no more stations');
        return;
      }
      this.later(this.times.handshakeTimeout, () => this.failed(WifiStatus.WRONG_PASSWORD, 'wrong password'));
      return;
    }
    this.joined = { accessPoint, port: admission.port };
    this.exchange(accessPoint, this.times.handshake, 'handshake', WifiStatus.HANDSHAKE_TIMEOUT, () =>
      this.associated(ssid, admission.port),
    );
  }

  private associated(ssid: string, port: EthernetPort): void {
    port.onFrame = (frame) => this.sleep.receive(frame);
    this.reason = 0;
    this.enter('associated', ssid);
    this.onStatus?.();
  }

  /** The beacons have stopped, or are back. In the handshake nobody waits for beacons. */
  private listen({ isHeard }: AccessPoint): void {
    this.silence?.cancel();
    if (isHeard) return;
    if (this.current === 'handshake') {
      this.handshakeTimesOut();
      return;
    }
    this.silence = this.world.after(this.times.beaconTimeout, () =>
      this.failed(WifiStatus.BEACON_TIMEOUT, 'beacon timeout'),
    );
  }

  private handshakeTimesOut(): void {
    this.later(this.times.handshakeTimeout, () =>
      this.failed(WifiStatus.HANDSHAKE_TIMEOUT, 'handshake timed out'),
    );
  }

  private failed(reason: number, detail: string): void {
    const ssid = this.credentials?.ssid;
    this.leave();
    this.reason = reason;
    this.failures++;
    this.enter('idle', ssid, detail);
    if (this.credentials !== undefined && this.triesAgain) this.join();
  }

  private leave(): void {
    this.timer?.cancel();
    this.silence?.cancel();
    this.sleep.reset();
    const wasUp = this.isUp;
    this.joined?.accessPoint.dismiss(this.mac);
    this.joined = undefined;
    if (!wasUp) return;
    this.current = 'idle';
    this.onStatus?.();
  }

  private later(delay: Nanoseconds, action: () => void): void {
    this.timer?.cancel();
    this.timer = this.world.after(delay, action);
  }

  private enter(state: WifiState, ssid?: string, detail?: string): void {
    this.current = state;
    this.world.trace.append(this.options.name, {
      type: 'wifi.state',
      state,
      ...(ssid === undefined ? {} : { ssid }),
      ...(detail === undefined ? {} : { detail }),
    });
    this.onState?.();
  }
}
