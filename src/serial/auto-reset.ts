/**
 * The two transistors of an ESP32 development board by which a computer resets it and chooses how it starts
 * (the DevKitC's schematic; Espressif's documentation of esptool, "Boot Mode Selection"):
 *
 *     DTR  RTS      EN    IO0
 *      0    0      high   high
 *      1    1      high   high
 *      0    1      low    high     held in reset
 *      1    0      high   low      after a reset: waits for download
 */
import type { ControlLines } from './com-port-server.ts';

export interface ResettableBoard {
  /** EN is low: nothing runs. */
  hold(): void;
  /** EN is high again. `download`: IO0 was low then, and the ROM waits for a program instead of starting one. */
  release(download: boolean): void;
}

/** Milliseconds that EN must be low: shorter is the moment between two lines that are set one after the other. */
const SHORTEST_HOLD = 5;

/**
 * Milliseconds after EN's rise in which IO0 counts. A board looks after about one, when its capacitor is charged; a
 * client at the other end of a network sets DTR and RTS this far apart.
 */
const STRAP_TIME = 100;

export class AutoReset {
  private readonly board: ResettableBoard;
  private lines: ControlLines = { dtr: false, rts: false };
  private isHeld = false;
  private holdTimer: NodeJS.Timeout | undefined;
  private strapTimer: NodeJS.Timeout | undefined;

  constructor(board: ResettableBoard) {
    this.board = board;
  }

  set(lines: ControlLines): void {
    const enLow = lines.rts && !lines.dtr;
    const wasLow = this.lines.rts && !this.lines.dtr;
    this.lines = lines;
    if (enLow && !wasLow) this.fall();
    else if (!enLow && wasLow) this.rise();
    if (this.strapTimer !== undefined && lines.dtr && !lines.rts) this.start(true);
  }

  /** The cable is pulled. */
  close(): void {
    clearTimeout(this.holdTimer);
    clearTimeout(this.strapTimer);
  }

  private fall(): void {
    clearTimeout(this.strapTimer);
    this.strapTimer = undefined;
    this.holdTimer = setTimeout(() => {
      this.isHeld = true;
      this.board.hold();
    }, SHORTEST_HOLD);
  }

  private rise(): void {
    clearTimeout(this.holdTimer);
    if (!this.isHeld) return;
    this.strapTimer = setTimeout(() => this.start(false), STRAP_TIME);
  }

  private start(download: boolean): void {
    clearTimeout(this.strapTimer);
    this.strapTimer = undefined;
    this.isHeld = false;
    this.board.release(download);
  }
}
