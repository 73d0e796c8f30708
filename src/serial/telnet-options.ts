/**
 * Which Telnet options are on at either end (RFC 855; loops are avoided as RFC 1143 has it: an answer is given only
 * to what changes something, and never to an answer).
 */
import { encodeOption, type Verb } from './telnet.ts';

interface Side {
  on: boolean;
  /** Asked for and not answered yet. */
  asked: boolean;
}

export interface OptionPolicy {
  /** Options that this end uses if the other wants it to (or when asked for by `request`). */
  readonly ours: readonly number[];
  /** Options that the other end may use. */
  readonly theirs: readonly number[];
}

export class TelnetOptions {
  private readonly policy: OptionPolicy;
  private readonly send: (bytes: Uint8Array) => void;
  private readonly ours = new Map<number, Side>();
  private readonly theirs = new Map<number, Side>();

  constructor(policy: OptionPolicy, send: (bytes: Uint8Array) => void) {
    this.policy = policy;
    this.send = send;
  }

  /** Asks for every option of the policy, on both sides. */
  request(): void {
    for (const option of this.policy.ours) this.ask(this.ours, 'will', option);
    for (const option of this.policy.theirs) this.ask(this.theirs, 'do', option);
  }

  usesOurs(option: number): boolean {
    return this.ours.get(option)?.on === true;
  }

  usesTheirs(option: number): boolean {
    return this.theirs.get(option)?.on === true;
  }

  /** The other end said this of an option. */
  receive(verb: Verb, option: number): void {
    if (verb === 'do' || verb === 'dont') this.settle(this.ours, verb === 'do', option, 'will', 'wont');
    else this.settle(this.theirs, verb === 'will', option, 'do', 'dont');
  }

  private ask(sides: Map<number, Side>, verb: Verb, option: number): void {
    sides.set(option, { on: false, asked: true });
    this.send(encodeOption(verb, option));
  }

  private settle(sides: Map<number, Side>, wanted: boolean, option: number, yes: Verb, no: Verb): void {
    const allowed = (sides === this.ours ? this.policy.ours : this.policy.theirs).includes(option);
    const side = sides.get(option) ?? { on: false, asked: false };
    const on = wanted && allowed;
    const { asked } = side;
    const changes = on !== side.on || wanted !== on;
    sides.set(option, { on, asked: false });
    if (!asked && changes) this.send(encodeOption(on ? yes : no, option));
  }
}
