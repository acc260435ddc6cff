import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTexts } from '../../texts/i18n.js';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: React.ReactNode;
}

/** A dialog that fills a phone; only its own buttons and Escape close it, not a slip beside it. */
export function PlanDialog({ title, onClose, children }: Props) {
  const { t } = useTexts();
  const isPhone = useMediaQuery('(max-width: 48rem)');
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      fullScreen={isPhone}
      size="lg"
      title={title}
      closeButtonProps={{ 'aria-label': t('cancel'), size: 'lg' }}
    >
      {children}
    </Modal>
  );
}
