/** Who is at which address, for readers of a capture, which has addresses only. */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { addressOf, connectionEnds, tcpStateName } from './ladder/parties.ts';

/**
 * Names of those who are alone at their address. An attacker who answers under her victim's leaves it without one; who
 * only relays TCP for both ends does not.
 */
export function namesOfAddresses(events: readonly TraceEvent[]): Map<string, string> {
  const found = actorsAt(events, endOf);
  for (const [address, actors] of actorsAt(events, tcpEndOf)) {
    if (!found.has(address)) found.set(address, actors);
  }
  return new Map(
    [...found].flatMap(([address, [actor, other]]) => (other === undefined ? [[address, actor!]] : [])),
  );
}

function actorsAt(
  events: readonly TraceEvent[],
  addressIn: (event: TraceEvent) => string | undefined,
): Map<string, Set<string>> {
  const actors = new Map<string, Set<string>>();
  for (const event of events) {
    const address = addressIn(event);
    if (address !== undefined) actors.set(address, (actors.get(address) ?? new Set()).add(event.actor));
  }
  return actors;
}

/** Address of an actor who speaks for himself. */
function endOf(event: TraceEvent): string | undefined {
  switch (event.type) {
    case 'dhcp.lease':
      return event.address;
    case 'tls.start':
      return addressOf(connectionEnds(event.connection)[event.role]);
    case 'http.request':
    case 'mqtt.connect':
      return addressOf(connectionEnds(event.connection).server);
    default:
      return undefined;
  }
}

/** Only a client passes through SYN-SENT; a server would be whoever else. */
function tcpEndOf(event: TraceEvent): string | undefined {
  if (event.type !== 'tcp.state' || tcpStateName(event.state) !== 'SYN-SENT') return undefined;
  return addressOf(connectionEnds(event.connection).client);
}
