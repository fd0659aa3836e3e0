import { type ReactNode, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import type { Share } from '../api/types.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Icon } from '../parts/icons.tsx';
import { useLanguage } from '../texts/language.tsx';
import { fitting, type ShareAct } from './share-acts.ts';

const DAY = 86_400;
const EXTENSIONS = [DAY, 7 * DAY, 30 * DAY] as const;

interface ActBarProps {
  readonly shares: readonly Share[];
  readonly isBusy: boolean;
  readonly onAct: (act: ShareAct) => void;
}

/** The buttons for one share or many. */
export function ActBar({ shares, isBusy, onAct }: ActBarProps): ReactNode {
  const { t, duration } = useLanguage();
  const [asking, setAsking] = useState(false);
  const idle = (kind: ShareAct['kind']): boolean => isBusy || fitting(kind, shares).length === 0;
  const revocable = fitting('revoke', shares).length;
  return (
    <div className="button-row">
      {(['pause', 'resume'] as const).map((kind) => (
        <Button key={kind} className="button" isDisabled={idle(kind)} onPress={() => onAct({ kind, shares })}>
          {t(`shares.${kind}`)}
        </Button>
      ))}
      <MenuTrigger>
        <Button className="button" isDisabled={idle('extend')}>
          {t('shares.extend')}
          <Icon name="down" />
        </Button>
        <Popover className="popover">
          <Menu className="menu" onAction={(seconds) => onAct({ kind: 'extend', shares, seconds: Number(seconds) })}>
            {EXTENSIONS.map((seconds) => (
              <MenuItem key={seconds} id={String(seconds)} className="menu-item">
                {t('shares.extendBy', { duration: duration(seconds) })}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      <Button className="button button-danger" isDisabled={idle('revoke')} onPress={() => setAsking(true)}>
        {t('shares.revoke')}
      </Button>
      {asking && (
        <Confirm
          title={t('shares.revokeTitle', { count: revocable })}
          text={t('shares.revokeText')}
          act={t('shares.revoke')}
          onConfirm={() => onAct({ kind: 'revoke', shares })}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
