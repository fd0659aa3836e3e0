import { type ReactNode, Suspense, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { CopyButton } from '../parts/copy-button.tsx';
import { later } from '../parts/later.ts';
import { saveText } from '../parts/save.ts';
import { Loading, Notice } from '../parts/states.tsx';
import { useLanguage } from '../texts/language.tsx';
import { problemText } from '../texts/server-words.ts';
import { formatsOf, type MadeLink, writeCsv, writeLink } from './commands.ts';

const QrCode = later(async () => (await import('./qr-code.tsx')).QrCode);

const FORMAT_NAMES = {
  curl: 'curl',
  wget: 'wget',
  aria2: 'aria2',
  python: 'Python',
  html: 'HTML',
  markdown: 'Markdown',
} as const;

interface LinkResultProps {
  readonly links: readonly MadeLink[];
  /** Why objects got no link. */
  readonly failures?: readonly unknown[];
  readonly isDirect: boolean;
  readonly onAgain: () => void;
  /** What the way back is called. @default "Change and make another" */
  readonly again?: string;
}

/** Links that were made, in every form that they are handed out in. */
export function LinkResult({ links, failures = [], isDirect, onAgain, again }: LinkResultProps): ReactNode {
  const language = useLanguage();
  const { t, instant, relative } = language;
  const [first] = links;
  const end = new Date(first?.expiresAt ?? 0);
  return (
    <div className="stack">
      <Notice kind="good" title={t('link.done', { count: links.length })}>
        <p>{t('link.ends', { date: instant(end), relative: relative(end) })}</p>
      </Notice>
      {failures.length > 0 && (
        <Notice kind="bad" title={t('link.someFailed', { count: failures.length })}>
          <p>{problemText(failures[0], language)}</p>
        </Notice>
      )}
      {isDirect && <Notice kind="warning">{t('link.bareToken')}</Notice>}
      {links.length === 1 && first !== undefined ? <OneLink link={first} /> : <ManyLinks links={links} />}
      <div className="drawer-foot">
        <Button className="button" onPress={onAgain}>
          {again ?? t('link.another')}
        </Button>
      </div>
    </div>
  );
}

function OneLink({ link }: { readonly link: MadeLink }): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      <div className="made-link">
        <output className="code-text" aria-label={t('link.asUrl')}>
          {link.url}
        </output>
        <CopyButton isMain text={link.url} of={t('link.asUrl')} />
      </div>
      <Tabs className="tabs">
        <TabList className="tab-list" aria-label={t('link.format')}>
          {formatsOf(link).map((format) => (
            <Tab key={format} id={format} className="tab">
              {FORMAT_NAMES[format]}
            </Tab>
          ))}
        </TabList>
        {formatsOf(link).map((format) => (
          <TabPanel key={format} id={format} className="tab-panel">
            <pre className="code" tabIndex={0} aria-label={FORMAT_NAMES[format]}>
              {writeLink(link, format)}
            </pre>
            {link.hasPassword && format !== 'html' && format !== 'markdown' && (
              <p className="hint">{t('link.needsPassword')}</p>
            )}
            <CopyButton text={writeLink(link, format)} of={FORMAT_NAMES[format]} />
          </TabPanel>
        ))}
      </Tabs>
      <Suspense fallback={<Loading />}>
        <QrCode text={link.url} name={link.name} />
      </Suspense>
    </>
  );
}

const SHOWN = 50;

function ManyLinks({ links }: { readonly links: readonly MadeLink[] }): ReactNode {
  const { t } = useLanguage();
  const csv = writeCsv(t('link.csvColumns'), links);
  const [shown, setShown] = useState(SHOWN);
  return (
    <>
      <div className="button-row">
        <Button className="button button-main" onPress={() => saveText('links.csv', 'text/csv', csv)}>
          {t('link.saveCsv')}
        </Button>
        <CopyButton text={links.map(({ url }) => url).join('\n')} of={t('link.asUrl')} />
      </div>
      <ul className="made-links">
        {links.slice(0, shown).map((link) => (
          <li key={link.url}>
            <span className="made-link-name">{link.key}</span>
            <CopyButton text={link.url} of={link.name} />
          </li>
        ))}
      </ul>
      {shown < links.length && (
        <Button className="button" onPress={() => setShown(shown + SHOWN)}>
          {t('common.more')}
        </Button>
      )}
    </>
  );
}
