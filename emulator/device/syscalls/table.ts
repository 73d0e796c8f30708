/**
 * Every system call: its arguments and the data it returns beside its number. The number is not negative, or
 * a negative errno; a system call never throws. Times are nanoseconds; a `timeout` of -1 waits for ever, 0
 * does not wait.
 */
import type { Nanoseconds, UnixSeconds } from '../../world/time.ts';

export interface SystemCalls {
  /** Nothing but a moment for the world to catch up with the device's CPU time. */
  'time.yield': { args: []; data: undefined };
  'time.sleep': { args: [duration: Nanoseconds]; data: undefined };
  /** Unless this is called again within `timeout`, the board is reset. */
  'watchdog.feed': { args: [timeout: Nanoseconds]; data: undefined };
  /** From now on the RTC shows `time` at this instant. */
  'rtc.set': { args: [time: UnixSeconds]; data: UnixSeconds };

  /** Bytes from the serial console: waits for the first, returns up to `limit` of those that are there, none at the end. */
  'console.read': { args: [limit: number, timeout: Nanoseconds]; data: Uint8Array };

  /** Returns the descriptor. */
  'socket.open': { args: [type: 'stream' | 'datagram']; data: undefined };
  'socket.bind': { args: [fd: number, address: string, port: number]; data: undefined };
  'socket.listen': { args: [fd: number, backlog: number]; data: undefined };
  /** Returns the new descriptor. */
  'socket.accept': { args: [fd: number, timeout: Nanoseconds]; data: SocketAddress };
  'socket.connect': {
    args: [fd: number, address: string, port: number, timeout: Nanoseconds];
    data: undefined;
  };
  /** Returns the number of bytes taken: all of them, unless the timeout ends first. */
  'socket.send': { args: [fd: number, bytes: Uint8Array, timeout: Nanoseconds]; data: undefined };
  /** Returns the number of bytes, 0 at the end. `line` stops after a newline, `peek` leaves the bytes there. */
  'socket.recv': {
    args: [fd: number, limit: number, timeout: Nanoseconds, how: 'read' | 'line' | 'peek'];
    data: Uint8Array;
  };
  'socket.sendto': {
    args: [fd: number, bytes: Uint8Array, address: string, port: number];
    data: undefined;
  };
  /** With `peek` the datagram stays. */
  'socket.recvfrom': {
    args: [fd: number, limit: number, timeout: Nanoseconds, peek: boolean];
    data: SocketAddress & { bytes: Uint8Array };
  };
  'socket.option': { args: [fd: number, option: SocketOption, on: boolean]; data: undefined };
  /** Datagrams to this multicast group are received by the device from now on. */
  'socket.join': { args: [fd: number, group: string]; data: undefined };
  'socket.close': { args: [fd: number]; data: undefined };
  /** Pairs of descriptor and mask. Returns how many are ready; the data holds each one's ready mask. */
  'socket.poll': {
    args: [entries: readonly (readonly [fd: number, mask: number])[], timeout: Nanoseconds];
    data: readonly number[];
  };
  /** The connection's name in the trace. */
  'socket.name': { args: [fd: number]; data: string };
  /** Dotted quads. A failure is a negative lwIP EAI number, which is no errno. */
  'dns.resolve': { args: [name: string]; data: readonly string[] };

  'wifi.active': { args: [on: boolean]; data: undefined };
  /** `bssid`: empty, or the access point that it must be. `hostName`: what DHCP is told. */
  'wifi.connect': {
    args: [ssid: string, password: string, bssid: string, hostName: string];
    data: undefined;
  };
  /** How often to try again after a failure; -1: for ever. */
  'wifi.reconnects': { args: [times: number]; data: undefined };
  /** A fixed address, mask and router instead of DHCP; an empty address: DHCP again. */
  'wifi.address': { args: [address: string, netmask: string, gateway: string]; data: undefined };
  'wifi.dns': { args: [server: string]; data: undefined };
  'wifi.disconnect': { args: []; data: undefined };
  'wifi.status': { args: []; data: WifiStatus };
  'wifi.scan': { args: []; data: readonly ScanResult[] };
}

export type SocketOption = 'reuse-address' | 'no-delay';

export interface SocketAddress {
  address: string;
  port: number;
}

export interface WifiStatus {
  active: boolean;
  connected: boolean;
  /** On its way into a network. */
  joining: boolean;
  /** The address comes from DHCP. */
  dhcp: boolean;
  channel: number;
  /** Number that `WLAN.status()` returns. */
  status: number;
  ssid: string;
  /** Empty or dotted quads. */
  address: string;
  netmask: string;
  gateway: string;
  dns: string;
  rssi: number;
}

export interface ScanResult {
  ssid: string;
  bssid: Uint8Array;
  channel: number;
  rssi: number;
  /** 0 open, 3 WPA2-PSK: `network.AUTH_…`. */
  security: number;
  hidden: boolean;
}

export type SystemCallName = keyof SystemCalls;
export type SystemCallArgs<N extends SystemCallName> = SystemCalls[N]['args'];
export type SystemCallData<N extends SystemCallName> = SystemCalls[N]['data'];
