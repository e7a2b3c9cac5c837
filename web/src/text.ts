// The words of the page in the reader's language: translations are data (text/*.ts).
import { en } from './text/en.ts';
import { en_people } from './text/en_people.ts';

/** One text, or one for each plural category of Intl.PluralRules; `{name}` stands for a value, `{n}` for the count. */
export type Text = string | ({ readonly other: string } & { readonly [category in Intl.LDMLPluralRule]?: string });
export type Key = keyof typeof en | keyof typeof en_people;
export type Texts = { readonly [key in Key]: Text };
export type Values = Readonly<Record<string, string | number>>;

const english: Texts = { ...en, ...en_people };
const languages: Readonly<Record<string, () => Promise<Texts>>> = {
    en: () => Promise.resolve(english),
    de: async () => (await import('./text/de.ts')).german,
};

let texts: Texts = english;
let locale = 'en';
let plurals = new Intl.PluralRules(locale);

/** Loads the first of these languages that the page has; English where it has none. */
export async function chooseLanguage(wanted: readonly string[]): Promise<void> {
    const found = wanted.find((tag) => primary(tag) in languages) ?? 'en';
    texts = await languages[primary(found)]!();
    locale = found;
    plurals = new Intl.PluralRules(locale);
    document.documentElement.lang = primary(found);
}

const primary = (tag: string): string => tag.toLowerCase().split('-')[0]!;

/** The text of `key`; a value `n` chooses the plural. */
export function t(key: Key, values: Values = {}): string {
    const text = texts[key];
    const chosen = typeof text === 'string' ? text : (text[plurals.select(Number(values['n']))] ?? text.other);
    return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => shown(values[name]) ?? whole);
}

const shown = (value: string | number | undefined): string | undefined =>
    typeof value === 'number' ? formatNumber(value) : value;

export const formatNumber = (value: number): string => new Intl.NumberFormat(locale).format(value);

/** A share of 0 to 1 as percent. */
export const formatPercent = (share: number): string =>
    new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share);

/** Bytes in MB as limits are given: 1 MB is 1,000,000 bytes. */
export const formatMegabytes = (bytes: number): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }).format(bytes / 1e6);

/** A UTC time of the API in the reader's zone. */
export const formatTime = (time: string): string =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));

export const formatDay = (time: string): string =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(time));

export const formatList = (items: readonly string[]): string =>
    new Intl.ListFormat(locale, { type: 'conjunction' }).format(items);

/** Sorts names as the reader's language does. */
export const compareNames = (one: string, other: string): number =>
    new Intl.Collator(locale).compare(one, other);
