import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { api } from '../api/client.ts';
import type { StoredObject } from '../api/types.ts';
import { nameOf } from '../link/target.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Drawer } from '../parts/drawer.tsx';
import { Icon } from '../parts/icons.tsx';
import { Failure, Loading, Notice } from '../parts/states.tsx';
import { useLanguage } from '../texts/language.tsx';
import { previewOf } from './rows.ts';

const PREVIEW_SECONDS = 300;

interface DetailsDrawerProps {
  readonly bucket: string;
  readonly object: StoredObject;
  readonly onClose: () => void;
  readonly onLink: () => void;
}

/** What is known of an object, and how it looks. */
export function DetailsDrawer({ bucket, object, onClose, onLink }: DetailsDrawerProps): ReactNode {
  const { t, size, instant } = useLanguage();
  const { key, size: bytes, lastModified } = object;
  return (
    <Drawer title={t('objects.details')} subtitle={nameOf(key)} onClose={onClose}>
      <div className="stack">
        <Preview bucket={bucket} objectKey={key} />
        <dl className="facts">
          <dt>{t('objects.key')}</dt>
          <dd>
            <span className="code-text">{key}</span>
            <CopyButton text={key} of={t('objects.key')} />
          </dd>
          <dt>{t('objects.bucket')}</dt>
          <dd>{bucket}</dd>
          {bytes !== undefined && (
            <>
              <dt>{t('objects.size')}</dt>
              <dd>
                {size(bytes)}
                {bytes >= 1024 && ` (${t('objects.bytes', { count: bytes })})`}
              </dd>
            </>
          )}
          {lastModified !== undefined && (
            <>
              <dt>{t('objects.modified')}</dt>
              <dd>{instant(new Date(lastModified))}</dd>
            </>
          )}
        </dl>
        <Button className="button button-main" onPress={onLink}>
          <Icon name="link" />
          {t('objects.getLink')}
        </Button>
      </div>
    </Drawer>
  );
}

function Preview({ bucket, objectKey }: { readonly bucket: string; readonly objectKey: string }): ReactNode {
  const { t } = useLanguage();
  const kind = previewOf(objectKey);
  const [failed, setFailed] = useState(false);
  const signed = useQuery({
    queryKey: ['preview', bucket, objectKey],
    queryFn: ({ signal }) =>
      api.urls({ bucket, key: objectKey, expiresIn: PREVIEW_SECONDS, disposition: 'inline' }, signal),
    enabled: kind !== undefined,
    staleTime: (PREVIEW_SECONDS - 60) * 1000,
    gcTime: 0,
  });
  if (kind === undefined) return null;
  if (signed.isPending) return <Loading />;
  if (signed.isError) return <Failure error={signed.error} retry={() => void signed.refetch()} />;
  if (failed) return <Notice kind="info">{t('objects.previewFailed')}</Notice>;
  const url = signed.data[0]?.url;
  const fail = (): void => setFailed(true);
  return (
    <figure className="preview">
      {kind === 'image' && <img src={url} alt={t('objects.preview')} onError={fail} />}
      {/* Captions of a user's own film are not ours to make. */}
      {kind === 'video' && <video src={url} controls onError={fail} aria-label={t('objects.preview')} />}
      {kind === 'audio' && <audio src={url} controls onError={fail} aria-label={t('objects.preview')} />}
      <figcaption className="hint">{t('objects.previewNote')}</figcaption>
    </figure>
  );
}
