/** What the server puts into the page for its script. */
export interface PageData {
  /** Path of the share, or of one object of several. */
  readonly path: string;
  readonly several: boolean;
  readonly needsPassword: boolean;
  readonly refusal?: string;
  readonly password?: string;
}
