import { Alert, Loader, Modal, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { GatewaySummary } from '@hemma/protocols/api/gateways.js';
import { fetchGateways } from '../../gateway-api.js';
import { useTexts } from '../../texts/i18n.js';
import { GatewayCard } from './gateway-card.js';

/** Every gateway that is out in a home: those with something wrong first. */
export function GatewaysDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTexts();
  const isPhone = useMediaQuery('(max-width: 48rem)');
  const { data, error } = useQuery({ queryKey: ['gateways'], queryFn: fetchGateways });
  return (
    <Modal
      opened
      onClose={onClose}
      fullScreen={isPhone}
      size="lg"
      title={t('gatewaysTitle')}
      closeButtonProps={{ 'aria-label': t('gatewaysClose'), size: 'lg' }}
    >
      {error !== null && <Alert color="red">{t('failedToLoad')}</Alert>}
      {data === undefined && error === null && <Loader aria-label={t('loading')} />}
      {data?.length === 0 && <Text size="sm">{t('gatewaysNone')}</Text>}
      <Stack gap="sm">
        {data?.toSorted(worstFirst).map((one) => (
          <GatewayCard key={one.id} gateway={one} />
        ))}
      </Stack>
    </Modal>
  );
}

function worstFirst(a: GatewaySummary, b: GatewaySummary): number {
  return rank(a) - rank(b) || (a.id < b.id ? -1 : 1);
}

function rank({ problems, state }: GatewaySummary): number {
  if (problems.length > 0) return 0;
  return state === 'online' ? 2 : 1;
}
