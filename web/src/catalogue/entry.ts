/** One scenario of the catalogue, with its folder. */
export interface CatalogueEntry {
  readonly name: string;
  readonly title: string;
  readonly why: string;
  readonly remedy?: string;
  readonly tags: readonly string[];
  /** Names of its devices. */
  readonly devices: readonly string[];
  /** Texts of its files by their names; `scenario.yaml` is one of them. */
  readonly files: Readonly<Record<string, string>>;
}
