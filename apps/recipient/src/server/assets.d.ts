/** The built files of the page. */
export interface PageAssets {
  /** Names of the scripts that start the page, by language. */
  readonly scripts: Readonly<Record<'en' | 'zh-CN', string>>;
  /** Name of the script that they import. */
  readonly main: string;
  readonly style: string;
  readonly files: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
}

export declare const ASSETS: PageAssets;
