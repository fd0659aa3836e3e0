import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useLanguage } from '../texts/language.tsx';
import { Icon } from './icons.tsx';

interface DrawerProps {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog at the side of the page; the whole page where that is narrow. */
export function Drawer({ title, subtitle, onClose, children }: DrawerProps): ReactNode {
  const { t } = useLanguage();
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={onClose} className="backdrop">
      <Modal className="drawer">
        <Dialog className="drawer-dialog">
          <header className="drawer-header">
            <div className="drawer-titles">
              <Heading slot="title">{title}</Heading>
              {subtitle !== undefined && <p className="quiet drawer-subtitle">{subtitle}</p>}
            </div>
            <Button className="button button-bare" aria-label={t('common.close')} onPress={onClose}>
              <Icon name="close" />
            </Button>
          </header>
          <div className="drawer-body">{children}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
