import { describe, expect, test } from 'vitest';
import { createTextChannel } from '../../../shared/measure/text-channel.ts';

/** Adds deltas, then a whole text. Returns what the whole text added. */
function addWhole(deltas: string[], whole: string) {
  const channel = createTextChannel();
  for (const delta of deltas) channel.add(delta, false);
  return { added: channel.add(whole, true), text: channel.text(), differs: channel.differs() };
}

describe('a whole text after deltas', () => {
  test('that equals them adds nothing', () => {
    expect(addWhole(['The ', 'tide'], 'The tide')).toEqual({ added: '', text: 'The tide', differs: false });
  });
  test('that is trimmed adds nothing and does not contradict them', () => {
    expect(addWhole([' The ', 'tide\n'], 'The tide')).toEqual({ added: '', text: ' The tide\n', differs: false });
  });
  test('that continues them adds only its end', () => {
    expect(addWhole(['The ', 'tide'], 'The tide turns')).toEqual({
      added: ' turns',
      text: 'The tide turns',
      differs: false,
    });
  });
  test.each([
    ['every delta came twice', ['The ', 'The ', 'tide', 'tide'], 'The tide'],
    ['a delta is missing', ['The '], 'A tide'],
  ])('that contradicts them adds nothing and is told: %s', (_what, deltas, whole) => {
    expect(addWhole(deltas, whole)).toEqual({ added: '', text: deltas.join(''), differs: true });
  });
  test('that is empty says nothing', () => {
    expect(addWhole(['The ', 'tide'], '')).toEqual({ added: '', text: 'The tide', differs: false });
  });
  test('continues cumulative deltas as one of them', () => {
    const deltas = ['The', 'The tide', 'The tide turns', 'The tide turns twice'];
    expect(addWhole(deltas, 'The tide turns twice a day')).toMatchObject({
      text: 'The tide turns twice a day',
      differs: false,
    });
  });
});

test('whole texts without deltas before them are read as deltas until they repeat each other', () => {
  const channel = createTextChannel();
  for (const text of ['The ', 'tide ', 'turns']) channel.add(text, true);
  expect(channel.text()).toBe('The tide turns');
});
