/** What the steps of a lesson hand on to each other: bytes by name, and who made them. */

export interface Value {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly by: string;
}

export class Values {
  private readonly byName = new Map<string, Value>();

  /** Undefined where the step that was to make it came to nothing. */
  get(name: string): Value | undefined {
    return this.byName.get(name);
  }

  set(name: string, bytes: Uint8Array, by: string): void {
    this.byName.set(name, { name, bytes, by });
  }
}
