import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Heading } from 'react-aria-components/Heading';
import { Switch } from 'react-aria-components/Switch';
import { api } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { Field } from '../parts/fields.tsx';
import { Icon } from '../parts/icons.tsx';
import { Picker } from '../parts/picker.tsx';
import { Notice } from '../parts/states.tsx';
import { useSettled } from '../parts/use-settled.ts';
import { useLanguage } from '../texts/language.tsx';
import type { LinkInput } from './link-input.ts';
import type { LinkTarget } from './target.ts';

interface MoreOptionsProps {
  readonly me: Me;
  readonly target: LinkTarget;
  readonly input: LinkInput;
  readonly wrong: readonly (keyof LinkInput)[];
  readonly onChange: (change: Partial<LinkInput>) => void;
}

/** What most links do without. */
export function MoreOptions({ me, target, input, wrong, onChange }: MoreOptionsProps): ReactNode {
  const { t } = useLanguage();
  const hosts = [{ value: '', label: t('link.hostDefault') }, ...me.hosts.map((value) => ({ value, label: value }))];
  const isShare = input.kind === 'share';
  return (
    <Disclosure className="more-options">
      <Heading level={3}>
        <Button slot="trigger" className="button button-bare more-button">
          <Icon name="chevron" />
          {t('link.more')}
        </Button>
      </Heading>
      <DisclosurePanel>
        <div className="stack more-fields">
          {isShare && (
            <>
              <Field
                label={t('link.password')}
                hint={t('link.passwordHint')}
                value={input.password}
                onChange={(password) => onChange({ password })}
                autoComplete="off"
              />
              <Field
                label={t('link.uses')}
                hint={t('link.usesHint')}
                value={input.uses}
                inputMode="numeric"
                onChange={(uses) => onChange({ uses })}
                error={wrong.includes('uses') ? t('link.usesWrong') : undefined}
              />
            </>
          )}
          <Field
            label={t('link.ip')}
            hint={t('link.ipHint')}
            value={input.address}
            onChange={(address) => onChange({ address })}
          />
          {!isShare && (
            <Field
              label={t('link.traffic')}
              hint={t('link.trafficHint')}
              value={input.traffic}
              inputMode="numeric"
              onChange={(traffic) => onChange({ traffic })}
              error={wrong.includes('traffic') ? t('link.trafficHint') : undefined}
            />
          )}
          <Field
            label={t('link.process')}
            hint={t('link.processHint')}
            value={input.process}
            onChange={(process) => onChange({ process })}
          />
          <ProcessPreview target={target} process={input.process.trim()} />
          {me.hosts.length > 0 && (
            <Picker label={t('link.host')} value={input.host} onChange={(host) => onChange({ host })} options={hosts} />
          )}
          {isShare && (
            <Field
              label={t('link.label')}
              hint={t('link.labelHint')}
              value={input.label}
              onChange={(label) => onChange({ label })}
            />
          )}
          {!isShare && me.versions.includes('v1') && (
            <div className="field">
              <Switch className="switch" isSelected={input.isV1} onChange={(isV1) => onChange({ isV1 })}>
                <span className="switch-mark" />
                {t('link.v1')}
              </Switch>
              <p className="hint">{t('link.v1Hint')}</p>
            </div>
          )}
        </div>
      </DisclosurePanel>
    </Disclosure>
  );
}

const PREVIEW_SECONDS = 300;
const TYPING_MS = 500;

/** The picture that the processing makes, once the user has stopped typing. */
function ProcessPreview({ target, process }: { readonly target: LinkTarget; readonly process: string }): ReactNode {
  const { t } = useLanguage();
  const settled = useSettled(process, TYPING_MS);
  const [failed, setFailed] = useState<string>();
  const key = target.keys?.length === 1 ? target.keys[0] : undefined;
  const isPicture = key !== undefined && settled.startsWith('image/') && !settled.startsWith('image/info');
  const signed = useQuery({
    queryKey: ['processed', target.bucket, key, settled],
    queryFn: ({ signal }) =>
      api.urls(
        { bucket: target.bucket, key: key ?? '', process: settled, expiresIn: PREVIEW_SECONDS, disposition: 'inline' },
        signal,
      ),
    enabled: isPicture,
    gcTime: 0,
  });
  const url = signed.data?.[0]?.url;
  if (!isPicture || url === undefined) return null;
  if (failed === url) return <Notice kind="warning">{t('link.processFailed')}</Notice>;
  return (
    <figure className="preview">
      <img src={url} alt={t('link.processPreview')} onError={() => setFailed(url)} />
    </figure>
  );
}
