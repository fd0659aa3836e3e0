/** The built files of the page. */
export interface PageAssets {
  /** Name of the script that starts the page. */
  readonly script: string;
  readonly style: string;
  readonly files: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
}

export declare const ASSETS: PageAssets;
