/** What a cause of trouble is: data that `causes-data.ts` holds and `diagnose.ts` compares with an input. */

/**
 * Something to look for. A text is a token that the reader of the input has decoded ("mbedtls:SSL_CONN_EOF",
 * "errno:ENOMEM", "check:validity", "state:…"); "board-alert:…" and "peer-alert:…" are alerts by their sender, and are
 * met also by an alert of which nobody knows who sent it. An expression is held against every line.
 */
export type Sign = string | RegExp;

/** A condition that makes a cause more or less likely. */
export interface Hint {
  readonly sees: Sign;
  /** The first group of the expression is a number, and lies in this range. */
  readonly below?: number;
  readonly above?: number;
  /** Points: 3 and more decide between causes of the same exception, 1 leans. Negative speaks against it. */
  readonly weight: number;
  /** What that tells; $1 is the first group. */
  readonly says: string;
  /** Which of the cause's scenarios shows just this. */
  readonly scenario?: string;
}

export interface Cause {
  /** A name of its own, for programs. */
  readonly id: string;
  /** One line, without a full stop. */
  readonly title: string;
  /** One of them must be in the input. */
  readonly signs: readonly Sign[];
  /** How common it is among the causes of the same signs, 1 to 9. */
  readonly common: number;
  readonly hints?: readonly Hint[];
  readonly why: string;
  /** Scenarios of the catalogue that do this; the first is shown, unless a hint knows better. */
  readonly scenarios: readonly [string, ...string[]];
  readonly fix: {
    readonly text: string;
    /** A scenario in which it is done, and which passes. */
    readonly scenario: string;
  };
}
