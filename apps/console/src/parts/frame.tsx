import type { ReactNode } from 'react';

/** The product's name, in the corner of every page. */
export function Brand({ href }: { readonly href?: string }): ReactNode {
  const content = (
    <>
      <img src="./icon.svg" alt="" width="28" height="28" />
      <span className="brand-name">ossgrant</span>
    </>
  );
  return href === undefined ? (
    <span className="brand">{content}</span>
  ) : (
    <a className="brand" href={href}>
      {content}
    </a>
  );
}

/** What stands around a page before somebody has signed in. index.html holds it, too, so that it is seen at once and stays. */
export function Frame({ tools, children }: { readonly tools?: ReactNode; readonly children: ReactNode }): ReactNode {
  return (
    <div className="shell">
      <header className="top">
        <Brand />
        <div className="top-tools">{tools}</div>
      </header>
      <main className="content">{children}</main>
    </div>
  );
}
