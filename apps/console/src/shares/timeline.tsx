import type { ReactNode } from 'react';
import type { ShareEvent, ShareUse } from '../api/types.ts';
import { type Language, useLanguage } from '../texts/language.tsx';

interface Moment {
  readonly id: string;
  readonly at: Date;
  readonly text: string;
  readonly detail: string | undefined;
}

interface TimelineProps {
  readonly uses: readonly ShareUse[];
  /** But for those that uses leave, which say less. */
  readonly events: readonly ShareEvent[];
}

const SHOWN = 200;

/** Who did what, when and from where, newest first. */
export function Timeline({ uses, events }: TimelineProps): ReactNode {
  const language = useLanguage();
  const { t, shortInstant } = language;
  const moments = [
    ...uses.map((use) => momentOfUse(use, language)),
    ...events.map((event) => momentOfEvent(event, language)),
  ].toSorted((one, other) => other.at.getTime() - one.at.getTime());
  if (moments.length === 0) return <p className="quiet">{t('shares.noTimeline')}</p>;
  return (
    <>
      <ol className="timeline">
        {moments.slice(0, SHOWN).map(({ id, at, text, detail }) => (
          <li key={id}>
            <time dateTime={at.toISOString()} className="hint">
              {shortInstant(at)}
            </time>
            <span>{text}</span>
            {detail !== undefined && <span className="hint">{detail}</span>}
          </li>
        ))}
      </ol>
      {moments.length > SHOWN && <p className="hint">{t('shares.timelineCut', { count: SHOWN })}</p>}
    </>
  );
}

function momentOfUse({ id, at, address, agent, repeats }: ShareUse, { t }: Language): Moment {
  const text = address === undefined ? t('shares.usedUnknown') : t('shares.used', { address });
  const detail = [
    ...(agent === undefined ? [] : [agent]),
    ...(repeats > 0 ? [t('shares.repeats', { count: repeats })] : []),
  ];
  return { id, at: new Date(at), text, detail: detail.length === 0 ? undefined : detail.join(' · ') };
}

const KINDS = ['created', 'changed', 'paused', 'resumed', 'revoked', 'copied'] as const;
// Of a server that announces ends.
const ENDS = ['expired', 'used-up'] as const;

function momentOfEvent(event: ShareEvent, { t }: Language): Moment {
  return { id: `event ${event.seq}`, at: new Date(event.at), text: textOfEvent(event, t), detail: undefined };
}

function textOfEvent({ kind, actor, body }: ShareEvent, t: Language['t']): string {
  const end = ENDS.find((reason) => kind === 'share.ended' && reason === Object(body).reason);
  if (end !== undefined) return t(`share.state.${end}`);
  const known = KINDS.find((name) => kind === `share.${name}`);
  if (known !== undefined) return t(`shares.event.${known}`, { who: actor });
  return t('shares.event.other', { kind, who: actor });
}
