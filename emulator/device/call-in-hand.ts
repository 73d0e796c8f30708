/** The system call that a device's program has made: carried out at once, or waited for, and what it returns. */
import { Errno } from '../net/api.ts';
import type { Timer } from '../world/event-queue.ts';
import type { Nanoseconds } from '../world/time.ts';
import { type Outlook, outlookAfter } from './outlook.ts';
import type { CallMessage } from './protocol.ts';
import { type CallResult, failure, type Kernel, type Waiting } from './syscalls/call.ts';
import { carryOut } from './syscalls/index.ts';
import { LOOKS, LOOKS_AT_RADIO, shownArgument, UNTOLD } from './syscalls/kinds.ts';
import type { SystemCallName } from './syscalls/table.ts';

interface CallThatWaits {
  readonly call: CallMessage;
  readonly since: Nanoseconds;
  readonly attempt: Waiting['attempt'];
  readonly timeout: Timer | undefined;
}

interface Reply {
  readonly to: CallMessage;
  readonly result: CallResult;
}

export interface CallListener {
  /** The program waits, or looks at what has come. */
  onPause(): void;
  /** There is a reply. */
  onReply(): void;
}

export class CallInHand {
  private readonly kernel: Kernel;
  private readonly listener: CallListener;
  private waiting: CallThatWaits | undefined;
  private reply: Reply | undefined;
  /** What the program looked at last. */
  private look: SystemCallName | undefined;

  constructor(kernel: Kernel, listener: CallListener) {
    this.kernel = kernel;
    this.listener = listener;
  }

  get waits(): boolean {
    return this.waiting !== undefined;
  }

  /** The program waits for somebody to type. */
  get reads(): boolean {
    return this.waiting?.call.call === 'console.read';
  }

  /** `interrupted`: Ctrl-C was pressed before; a call that would wait returns EINTR. */
  begin(call: CallMessage, interrupted: boolean): void {
    const { kernel } = this;
    const since = kernel.world.now;
    const outcome = carryOut(kernel, call.call, call.args);
    const waits = 'attempt' in outcome;
    if (waits || LOOKS.has(call.call)) this.listener.onPause();
    if (!waits) this.finish(call, since, outcome);
    else if (interrupted) this.finish(call, since, failure(Errno.EINTR));
    else this.wait(call, since, outcome);
  }

  private wait(call: CallMessage, since: Nanoseconds, { attempt, timeout, onTimeout }: Waiting): void {
    const timer =
      timeout < 0 ? undefined : this.kernel.world.after(timeout, () => this.finish(call, since, onTimeout()));
    this.waiting = { call, since, attempt, timeout: timer };
  }

  /** Looks again whether the call that waits can return. */
  wake(): void {
    const { waiting } = this;
    const result = waiting?.attempt();
    if (result !== undefined) this.finish(waiting!.call, waiting!.since, result);
  }

  /** A call that waits returns EINTR now. */
  interrupt(): void {
    const { waiting } = this;
    if (waiting !== undefined) this.finish(waiting.call, waiting.since, failure(Errno.EINTR));
  }

  /** A call that waits never returns. */
  drop(): void {
    this.waiting?.timeout?.cancel();
    this.waiting = undefined;
  }

  /** Once; and, where the worker goes on alone for a while, what it may like to know then. */
  takeReply(isForeseeable: boolean): { readonly result: CallResult; readonly outlook: Outlook } | undefined {
    const { reply, kernel, look } = this;
    this.reply = undefined;
    if (reply === undefined) return undefined;
    const { to, result } = reply;
    return { result, outlook: isForeseeable ? outlookAfter(kernel, to.call, to.args, look) : {} };
  }

  private finish(call: CallMessage, since: Nanoseconds, result: CallResult): void {
    const { world, name } = this.kernel;
    this.drop();
    this.reply = { to: call, result };
    if (LOOKS_AT_RADIO.has(call.call)) this.look = call.call;
    if (!UNTOLD.has(call.call))
      world.trace.append(name, {
        type: 'device.syscall',
        name: call.call,
        args: call.args.map(shownArgument),
        result: result.value,
        duration: world.now - since,
      });
    this.listener.onReply();
  }
}
