import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useLanguage } from '../texts/language.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly text: string;
  /** The act, as the button says it. */
  readonly act: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before what cannot be undone. */
export function Confirm({ title, text, act, onConfirm, onClose }: ConfirmProps): ReactNode {
  const { t } = useLanguage();
  return (
    <ModalOverlay isOpen onOpenChange={onClose} className="backdrop backdrop-centre">
      <Modal className="confirm">
        <Dialog role="alertdialog" className="confirm-dialog">
          <Heading slot="title">{title}</Heading>
          <p>{text}</p>
          <div className="button-row">
            <Button className="button" autoFocus onPress={onClose}>
              {t('common.cancel')}
            </Button>
            <Button
              className="button button-danger"
              onPress={() => {
                onClose();
                onConfirm();
              }}
            >
              {act}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
