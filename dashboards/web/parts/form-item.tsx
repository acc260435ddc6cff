import { NumberInput, Radio, Stack, Textarea } from '@mantine/core';
import type { Questionnaire } from '@hemma/protocols/api/forms.js';
import { useTexts } from '../texts/i18n.js';

interface Props {
  readonly item: Questionnaire['items'][number];
  readonly answer: number | string | null;
  readonly onAnswer: (answer: number | string | null) => void;
}

/** Whole numbers up to so many apart are buttons, more are typed. */
const mostButtons = 11;

/** One item: its text is the name of the field. */
export function FormItem({ item, answer, onAnswer }: Props) {
  const { of } = useTexts();
  const { choice } = item;
  const label = of(item.text);
  if (choice.type === 'words')
    return (
      <Textarea
        label={label}
        autosize
        minRows={3}
        maxLength={choice.maxLength}
        value={answer ?? ''}
        onChange={(event) =>
          onAnswer(event.currentTarget.value.trim() === '' ? null : event.currentTarget.value)
        }
      />
    );
  if (choice.type === 'number' && choice.max - choice.min >= mostButtons)
    return (
      <NumberInput
        label={label}
        min={choice.min}
        max={choice.max}
        allowDecimal={false}
        value={answer ?? ''}
        onChange={(value) => onAnswer(typeof value === 'number' ? value : null)}
      />
    );
  return (
    <Radio.Group
      label={label}
      value={answer === null ? '' : String(answer)}
      onChange={(value) => onAnswer(Number(value))}
    >
      <Stack gap="xs" mt="xs">
        {optionsOf(choice, of).map(({ value, text }) => (
          <Radio key={value} value={value} label={text} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

type Choice = Exclude<Props['item']['choice'], { type: 'words' }>;

function optionsOf(choice: Choice, of: (text: { sv: string; en: string }) => string) {
  if (choice.type === 'one-of')
    return choice.answers.flatMap(({ value, text }) =>
      value === null ? [] : [{ value: String(value), text: of(text) }],
    );
  const { min, max, ends } = choice;
  return Array.from({ length: max - min + 1 }, (_, i) => {
    const value = min + i;
    const end = value === min ? ends?.low : value === max ? ends?.high : undefined;
    return {
      value: String(value),
      text: end === undefined ? String(value) : `${value} – ${of(end)}`,
    };
  });
}
