/** Remembers what was made of the last inputs, by a name that tells them apart, and forgets the oldest. */
export class RecentlyUsed<Input, Made> {
  private readonly capacity: number;
  private readonly nameOf: (input: Input) => string;
  private readonly make: (input: Input) => Made;
  /** The most recent one last. */
  private readonly known = new Map<string, Made>();

  constructor(capacity: number, nameOf: (input: Input) => string, make: (input: Input) => Made) {
    this.capacity = capacity;
    this.nameOf = nameOf;
    this.make = make;
  }

  get(input: Input): Made {
    const name = this.nameOf(input);
    const made = this.known.get(name) ?? this.make(input);
    this.known.delete(name);
    this.known.set(name, made);
    if (this.known.size > this.capacity) this.known.delete(this.known.keys().next().value!);
    return made;
  }
}
