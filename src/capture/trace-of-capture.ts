/** A capture as a trace: the same events that a run has, as far as a wire shows them. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { DNS_PORT, decodeDns } from '../../emulator/net/dns-message.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import {
  TRACE_SCHEMA_VERSION,
  type TraceEvent,
  type TraceEventOf,
} from '../../emulator/world/trace-events.ts';
import { Account, ConnectionAccount } from './account.ts';
import { endpoint } from './addresses.ts';
import { Conversation } from './conversation.ts';
import { type Flow, Flows } from './flows.ts';
import { IpReader, PROTOCOL_TCP, PROTOCOL_UDP } from './ip.ts';
import { KeyLog } from './key-log.ts';
import { asEthernet, isKnownLinkType, peelLinkLayer } from './link-layer.ts';
import type { Capture, CapturedPacket } from './packets.ts';
import { type Datagram, readDatagram, readSegment, type Segment } from './segment.ts';
import type { Known } from './tls-follower.ts';
import { addressOf, clientOf, Names, serverNameIn } from './who.ts';

export interface CaptureOptions {
  readonly crypto: CryptoProvider;
  /** What the trace is called. */
  readonly name: string;
  /** NSS key log, beside the one that the capture brings along. */
  readonly keyLog?: string;
}

/** One packet, taken apart. */
interface Dissected {
  readonly packet: CapturedPacket;
  readonly frame: Uint8Array;
  /** Address of the sender, where there is IP. */
  readonly source: string | undefined;
  readonly lost: LossReason | undefined;
  readonly segment: Segment | undefined;
  readonly datagram: Datagram | undefined;
}

type LossReason = TraceEventOf<'frame.lost'>['reason'];
/** As the sandbox's own captures say it in a comment (report/pcapng.ts). */
const LOST = /^lost on .+: (loss|link-down|queue-full)$/;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

export function traceOfCapture(capture: Capture, options: CaptureOptions): TraceEvent[] {
  const packets = [...capture.packets].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const origin = ((packets[0]?.time ?? 0n) / NANOSECONDS_PER_MILLISECOND) * NANOSECONDS_PER_MILLISECOND;
  const ip = new IpReader();
  const dissected = packets.map((packet) => dissect(packet, ip));
  const flows = new Flows();
  for (const { segment, lost, packet } of dissected) {
    if (segment !== undefined && lost === undefined) flows.add(segment, packet.link);
  }
  const names = new Names(capture.names);
  learnNames(names, dissected, flows);
  const account = new Account();
  const teller = new Teller(account, flows, names, knownFrom(capture, options));
  account.add(options.name, {
    type: 'run.start',
    schema: TRACE_SCHEMA_VERSION,
    scenario: options.name,
    seed: 0,
    startTime: isoSecond(origin),
    source: 'capture',
  });
  for (const link of unreadableLinks(packets)) {
    account.add(options.name, { type: 'note', level: 'warning', text: link });
  }
  for (const each of dissected) {
    account.now = Number(each.packet.time - origin);
    teller.tell(each);
  }
  teller.finish();
  account.add(options.name, { type: 'run.end', outcome: 'finished' });
  return account.events;
}

function knownFrom(capture: Capture, { crypto, keyLog = '' }: CaptureOptions): Known {
  const log = new KeyLog();
  log.add(capture.keyLog);
  log.add(keyLog);
  return { crypto, keyLog: log, sessions: new Map() };
}

/** ISO 8601 in UTC, milliseconds only where there are some. */
function isoSecond(nanoseconds: bigint): string {
  const iso = new Date(Number(nanoseconds / NANOSECONDS_PER_MILLISECOND)).toISOString();
  return iso.replace('.000Z', 'Z');
}

function unreadableLinks(packets: readonly CapturedPacket[]): string[] {
  const unknown = packets.filter(({ linkType }) => !isKnownLinkType(linkType));
  const kinds = new Map(unknown.map(({ link, linkType }) => [link, linkType]));
  return [...kinds].map(
    ([link, linkType]) =>
      `${link} is of link type ${linkType}, which is not read here: its packets are counted only`,
  );
}

function dissect(packet: CapturedPacket, reader: IpReader): Dissected {
  const peeled = peelLinkLayer(packet);
  const lost = LOST.exec(packet.comment ?? '')?.[1] as LossReason | undefined;
  // Pieces of a packet that got lost on the way must not be put together.
  const ip = peeled && lost === undefined ? reader.read(peeled) : peeled && new IpReader().read(peeled);
  return {
    packet,
    frame: asEthernet(packet, peeled),
    source: ip?.source,
    lost,
    segment: ip?.protocol === PROTOCOL_TCP ? readSegment(ip) : undefined,
    datagram: ip?.protocol === PROTOCOL_UDP ? readDatagram(ip) : undefined,
  };
}

function learnNames(names: Names, dissected: readonly Dissected[], flows: Flows): void {
  for (const { datagram } of dissected) {
    if (datagram?.from.port !== DNS_PORT) continue;
    const message = decodeDns(datagram.payload);
    for (const { address } of message?.answers ?? []) names.learn(address, message!.question.name);
  }
  for (const { segments } of flows.all) {
    const client = clientOf(segments);
    for (const segment of segments) {
      if (segment.from === client) names.learn(addressOf(segment.to), serverNameIn(segment) ?? '');
    }
  }
}

/** Who sent what is no IP. */
function macOf(frame: Uint8Array): string {
  return toHex(frame.subarray(6, 12), ':') || 'unknown';
}

/** Tells packet by packet. */
class Teller {
  private readonly account: Account;
  private readonly flows: Flows;
  private readonly names: Names;
  private readonly known: Known;
  private readonly conversations = new Map<Flow, Conversation>();
  private readonly actors = new Map<Flow, ReadonlyMap<string, string>>();
  private frames = 0;

  constructor(account: Account, flows: Flows, names: Names, known: Known) {
    this.account = account;
    this.flows = flows;
    this.names = names;
    this.known = known;
  }

  tell({ packet, frame, source, lost, segment, datagram }: Dissected): void {
    const flow = segment && this.flows.of(segment);
    const conversation = flow && this.conversationOf(flow);
    const actor =
      (flow && this.actors.get(flow)?.get(segment.from)) ?? (source ? this.names.of(source) : macOf(frame));
    const id = ++this.frames;
    this.account.add(actor, { type: 'frame.sent', link: packet.link, id, bytes: frame });
    if (lost !== undefined)
      this.account.add(actor, { type: 'frame.lost', link: packet.link, id, reason: lost });
    else if (segment !== undefined) conversation?.take(segment);
    else if (datagram !== undefined) this.tellDns(datagram);
  }

  finish(): void {
    for (const conversation of this.conversations.values()) conversation.finish();
  }

  private conversationOf(flow: Flow): Conversation {
    const known = this.conversations.get(flow);
    if (known !== undefined) return known;
    const { from, to } = flow.segments[0]!;
    const client = clientOf(flow.segments);
    const server = client === from ? to : from;
    const actors = this.names.actors(client, server);
    const again = flow.earlier === 0 ? '' : ` (${flow.earlier + 1})`;
    const account = new ConnectionAccount(this.account, `${client}>${server}${again}`, actors);
    const conversation = new Conversation(account, client, this.known);
    this.conversations.set(flow, conversation);
    this.actors.set(
      flow,
      new Map([
        [client, actors.client],
        [server, actors.server],
      ]),
    );
    return conversation;
  }

  private tellDns({ from, to, payload }: Datagram): void {
    if (from.port !== DNS_PORT && to.port !== DNS_PORT) return;
    const message = decodeDns(payload);
    if (message === undefined) return;
    const { name } = message.question;
    if (message.response) {
      const addresses = message.answers.map(({ address }) => address);
      this.account.add(this.names.of(to.address), {
        type: 'dns.answer',
        name,
        addresses,
        rcode: message.rcode,
      });
    } else {
      this.account.add(this.names.of(from.address), {
        type: 'dns.query',
        name,
        server: endpoint(to.address, to.port),
      });
    }
  }
}
