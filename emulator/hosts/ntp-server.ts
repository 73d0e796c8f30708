import { SECOND } from '../world/time.ts';
import type { HostContext } from './host.ts';

/** Seconds between the NTP era (1900) and Unix time (RFC 5905 section 6). */
const NTP_UNIX_OFFSET = 2_208_988_800;
const PACKET_LENGTH = 48;
const MODE_CLIENT = 3;
const MODE_SERVER = 4;

/** An SNTP server (RFC 5905, RFC 4330) that shows the world's time. */
export class NtpServer {
  constructor(host: HostContext, options: { port?: number } = {}) {
    const socket = host.stack.bindUdp(options.port ?? 123);
    socket.onReadable = () => {
      for (let packet = socket.receive(); packet !== undefined; packet = socket.receive()) {
        if (packet.bytes.length < PACKET_LENGTH || (packet.bytes[0]! & 7) !== MODE_CLIENT) continue;
        host.world.trace.append(host.name, { type: 'ntp.request', client: packet.from.address });
        socket.sendTo(reply(packet.bytes, host.world.startTime, host.world.now), packet.from);
      }
    };
  }
}

function reply(request: Uint8Array, startTime: number, now: number): Uint8Array {
  const out = new Uint8Array(PACKET_LENGTH);
  const view = new DataView(out.buffer);
  const version = (request[0]! >> 3) & 7;
  out[0] = (version << 3) | MODE_SERVER;
  out[1] = 2; // stratum: a secondary server
  out[2] = request[2]!; // poll interval, echoed
  out[3] = 0xec; // precision 2^-20 s
  out.set([203, 0, 113, 1], 12); // reference id: the server it follows
  const seconds = startTime + Math.floor(now / SECOND) + NTP_UNIX_OFFSET;
  const fraction = Math.floor(((now % SECOND) / SECOND) * 0x1_0000_0000);
  out.set(request.subarray(40, 48), 24); // originate timestamp: the client's transmit timestamp
  for (const offset of [16, 32, 40]) {
    view.setUint32(offset, seconds);
    view.setUint32(offset + 4, fraction);
  }
  return out;
}
