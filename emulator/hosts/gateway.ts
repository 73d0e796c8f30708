/**
 * A gateway between sensors and a cloud: it gathers readings, and sends them on together over TLS of its own. What
 * the cloud does not take is kept for the next time.
 */
import { type Cloud, postJson } from './cloud-client.ts';
import type { HostContext } from './host.ts';

export interface GatewayOptions {
  readonly cloud: Cloud;
  /** Readings that go on together. */
  readonly batch: number;
}

export interface Reading {
  /** Who says it: whom the client's certificate names, else by what name or address it came. */
  readonly from: string;
  /** Of MQTT. */
  readonly topic?: string;
  /** JSON, or whatever text it is. */
  readonly text: string;
}

/** While the cloud is away the oldest readings go first. */
const MOST_KEPT = 1000;

export class Gateway {
  private readonly host: HostContext;
  private readonly options: GatewayOptions;
  private readonly kept: Reading[] = [];
  private forwarding = false;

  constructor(host: HostContext, options: GatewayOptions) {
    this.host = host;
    this.options = options;
  }

  take(reading: Reading): void {
    this.kept.push(reading);
    if (this.kept.length > MOST_KEPT) this.kept.shift();
    this.forward();
  }

  private forward(): void {
    if (this.forwarding || this.kept.length < this.options.batch) return;
    this.forwarding = true;
    const batch = [...this.kept];
    const body = JSON.stringify({ readings: batch.map(asJson) });
    const connection = postJson(this.host, this.options.cloud, body, (outcome) => {
      this.forwarding = false;
      const status = 'status' in outcome ? outcome.status : undefined;
      const accepted = status !== undefined && status >= 200 && status < 300;
      this.host.world.trace.append(this.host.name, {
        type: 'gateway.forward',
        connection,
        readings: batch.length,
        outcome: accepted ? 'accepted' : 'refused',
        detail: 'error' in outcome ? outcome.error : `HTTP ${status}`,
      });
      // Until the next reading: a cloud that refuses is not asked again at once.
      if (!accepted) return;
      this.kept.splice(0, batch.length);
      this.forward();
    });
  }
}

function asJson({ from, topic, text }: Reading) {
  return { from, ...(topic !== undefined && { topic }), value: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
