import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import type { Credentials, GrantHandle } from '../api/types.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Notice } from '../parts/states.tsx';
import { useLanguage } from '../texts/language.tsx';
import { addressFor, type Shape, SHAPES, writeCredentials } from './shapes.ts';

/** What was handed out. */
export type Given = { readonly handle: GrantHandle } | { readonly credentials: Credentials };

interface AccessResultProps {
  readonly given: Given;
  readonly onAgain: () => void;
}

/** Access in the three shapes that clients read. */
export function AccessResult({ given, onAgain }: AccessResultProps): ReactNode {
  const { t, instant, relative } = useLanguage();
  const end = new Date('handle' in given ? given.handle.expiresAt : given.credentials.expiration);
  return (
    <section className="card access-form stack">
      <Notice kind="good" title={t('access.ready')}>
        <p>{t('link.ends', { date: instant(end), relative: relative(end) })}</p>
      </Notice>
      {'credentials' in given && <Notice kind="warning">{t('access.nowHint')}</Notice>}
      <Tabs className="tabs">
        <TabList className="tab-list" aria-label={t('access.shape')}>
          {SHAPES.map((shape) => (
            <Tab key={shape} id={shape} className="tab">
              {t(`access.shape.${shape}`)}
            </Tab>
          ))}
        </TabList>
        {SHAPES.map((shape) => (
          <TabPanel key={shape} id={shape} className="tab-panel">
            <pre className="code" tabIndex={0} aria-label={t(`access.shape.${shape}`)}>
              {textOf(given, shape)}
            </pre>
            <CopyButton isMain text={textOf(given, shape)} of={t(`access.shape.${shape}`)} />
          </TabPanel>
        ))}
      </Tabs>
      <div className="button-row">
        <Button className="button" onPress={onAgain}>
          {t('access.again')}
        </Button>
      </div>
    </section>
  );
}

function textOf(given: Given, shape: Shape): string {
  return 'handle' in given ? addressFor(given.handle.url ?? '', shape) : writeCredentials(given.credentials, shape);
}
