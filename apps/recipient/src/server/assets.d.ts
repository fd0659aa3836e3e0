/** The page's style, which stands in the page itself. */
export interface PageStyle {
  readonly text: string;
  /** SHA-256 of the text in Base64, by which a policy allows it. */
  readonly hash: string;
}

/** The built files of the page. */
export interface PageAssets {
  /** Names of the scripts that start the page, by language. */
  readonly scripts: Readonly<Record<'en' | 'zh-CN', string>>;
  /** Name of the script that they import. */
  readonly main: string;
  readonly style: PageStyle;
  readonly files: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
}

export declare const ASSETS: PageAssets;
