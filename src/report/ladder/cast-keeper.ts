/** The cast of a run that goes on: of its events, those that say something new about who takes part are kept. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { type Cast, castOf, connectionOfAnEnd, roleIn } from './parties.ts';

export class CastKeeper {
  private readonly telling: TraceEvent[] = [];
  private readonly known = new Set<string>();
  private cast: Cast = castOf([]);
  private grew = false;

  see(event: TraceEvent): void {
    const news = whatItTells(event).filter((fact) => !this.known.has(fact));
    if (news.length === 0) return;
    for (const fact of news) this.known.add(fact);
    this.telling.push(event);
    this.grew = true;
  }

  /** `changed`: what was said of somebody before is no longer so. */
  current(): { cast: Cast; changed: boolean } {
    if (!this.grew) return { cast: this.cast, changed: false };
    this.grew = false;
    const before = this.cast;
    this.cast = castOf(this.telling);
    return { cast: this.cast, changed: !continues(before, this.cast) };
  }
}

/** What castOf may learn from an event: with the same facts known already, it would learn nothing. */
function whatItTells(event: TraceEvent): string[] {
  const facts: string[] = [];
  const { type, actor } = event;
  if (type.startsWith('device.')) facts.push(`device ${actor}`);
  if (type.startsWith('attacker.')) facts.push(`attacker ${actor}`);
  const connection = connectionOfAnEnd(event);
  const role = connection === undefined ? undefined : roleIn(event);
  if (connection !== undefined) facts.push(`connection ${connection}`);
  if (role !== undefined) {
    facts.push(`${type === 'tcp.state' ? 'dials' : 'speaks'} ${actor} ${role} ${connection}`);
  }
  switch (type) {
    case 'device.boot':
      facts.push(`board ${actor} ${event.board}`);
      break;
    case 'dhcp.lease':
      facts.push(`address ${actor} ${event.address}`);
      break;
    case 'dns.answer':
      facts.push(...event.addresses.map((address) => `name ${address} ${event.name}`));
      break;
    case 'attacker.did':
    case 'attacker.stopped':
      facts.push(`${type} ${actor}`);
      break;
    case 'key.operation':
      facts.push(`keys ${event.inputFrom} ${actor} ${event.otherFrom}`);
  }
  return facts;
}

function continues(before: Cast, after: Cast): boolean {
  if (JSON.stringify(before.lanes) !== JSON.stringify(after.lanes)) return false;
  for (const [connection, { client, server }] of before.connections) {
    const now = after.connections.get(connection)!;
    if (now.client !== client || now.server !== server) return false;
  }
  return true;
}
