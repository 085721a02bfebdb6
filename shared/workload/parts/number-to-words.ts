import { toCardinal } from 'n2words/en-GB';

/**
 * An integer from 0 to 999,999,999 in English, spelled as Python's num2words spells it (which LLMPerf asks with):
 * "seven thousand and sixty-five", "one thousand, two hundred and thirty-four".
 * n2words agrees below a thousand but puts no commas between the groups, so the groups are joined here.
 * @throws RangeError for any other number
 */
export function numberToWords(number: number): string {
  if (!Number.isInteger(number) || number < 0 || number > 999_999_999)
    throw new RangeError(`${number} is not an integer from 0 to 999,999,999`);
  const millions = Math.floor(number / 1_000_000);
  const thousands = Math.floor(number / 1_000) % 1_000;
  const rest = number % 1_000;
  const groups: string[] = [];
  if (millions > 0) groups.push(`${toCardinal(millions)} million`);
  if (thousands > 0) groups.push(`${toCardinal(thousands)} thousand`);
  if (groups.length > 0 && rest > 0 && rest < 100) return `${groups.join(', ')} and ${toCardinal(rest)}`;
  if (groups.length === 0 || rest > 0) groups.push(toCardinal(rest));
  return groups.join(', ');
}
