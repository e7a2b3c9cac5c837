// German: everybody, a person's page, many photos at once.
import type { Text } from '../text.ts';
import type { en_people } from './en_people.ts';

export const de_people: { readonly [key in keyof typeof en_people]: Text } = {
    'people.title': 'Personen',
    'person.title': 'Person',
    'bulk.title': 'Viele auf einmal',
};
