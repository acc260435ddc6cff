import { Alert, Button, Group, Loader, Modal, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Answered, NewResponse, Questionnaire } from '@hemma/protocols/api/forms.js';
import { fetchQuestionnaire, sendAnswers } from '../form-api.js';
import { useTexts } from '../texts/i18n.js';
import { FormItem } from './form-item.js';

interface Props {
  readonly episode: string;
  readonly questionnaire: string;
  readonly onClose: () => void;
}

/** One questionnaire, one item at a time; what must be shown at once is shown at the end. */
export function FormDialog({ episode, questionnaire, onClose }: Props) {
  const { t, of } = useTexts();
  const form = useQuery({
    queryKey: ['questionnaire', questionnaire],
    queryFn: () => fetchQuestionnaire(questionnaire),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={form.data === undefined ? '' : of(form.data.title)}
      closeButtonProps={{ 'aria-label': t('formClose') }}
    >
      {form.data === undefined ? (
        <Loader aria-label={t('loading')} />
      ) : (
        <Filling form={form.data} episode={episode} onClose={onClose} />
      )}
    </Modal>
  );
}

function Filling({
  form,
  episode,
  onClose,
}: {
  readonly form: Questionnaire;
  readonly episode: string;
  readonly onClose: () => void;
}) {
  const { t, of } = useTexts();
  const [step, setStep] = useState(0);
  const [answers, setAnswers] = useState<NewResponse['answers']>({});
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => sendAnswers(episode, { questionnaire: form.id, answers }),
    onSettled: () => client.invalidateQueries(),
  });
  if (save.data !== undefined) return <Done answered={save.data} onClose={onClose} />;
  const item = form.items[step];
  if (item === undefined) return null;
  const isLast = step === form.items.length - 1;
  const answer = answers[item.id] ?? null;
  return (
    <Stack gap="md">
      <Text size="sm">
        {of(form.recall)}. {of(form.instruction)}
      </Text>
      <Progress
        value={((step + 1) / form.items.length) * 100}
        aria-label={t('formStep', { step: step + 1, of: form.items.length })}
      />
      <FormItem
        key={item.id}
        item={item}
        answer={answer}
        onAnswer={(value) => setAnswers({ ...answers, [item.id]: value })}
      />
      {save.error !== null && <Alert color="red">{t('formNotSaved')}</Alert>}
      <Group justify="space-between">
        <Button variant="default" disabled={step === 0} onClick={() => setStep(step - 1)}>
          {t('formBack')}
        </Button>
        <Button
          disabled={item.required && answer === null}
          loading={save.isPending}
          onClick={() => (isLast ? save.mutate() : setStep(step + 1))}
        >
          {t(isLast ? 'formSave' : 'formNext')}
        </Button>
      </Group>
      {form.attribution !== null && (
        <Text size="xs" c="dark.6">
          {of(form.attribution)}
        </Text>
      )}
    </Stack>
  );
}

function Done({
  answered,
  onClose,
}: {
  readonly answered: Answered;
  readonly onClose: () => void;
}) {
  const { t, of } = useTexts();
  return (
    <Stack gap="md">
      {answered.safety.map((page) => (
        <Alert key={page.id} color="orange" variant="light" role="alert">
          <Text c="dark.9" fw={700} size="lg">
            {of(page.title)}
          </Text>
          {page.paragraphs.map((paragraph) => (
            <Text key={paragraph.en} c="dark.9" mt={4}>
              {of(paragraph)}
            </Text>
          ))}
        </Alert>
      ))}
      <Text>{t('formSaved')}</Text>
      <Text>{of(answered.looks.text)}</Text>
      {answered.response.scores.map(({ id, value, max, band }) => (
        <Text key={id} size="sm">
          {t('formScore', { value, max })}
          {band !== null && ` (${of(band)})`}
        </Text>
      ))}
      <Group justify="flex-end">
        <Button onClick={onClose}>{t('formClose')}</Button>
      </Group>
    </Stack>
  );
}
