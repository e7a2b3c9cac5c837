import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { en } = await load('text/en.ts');
const { en_people } = await load('text/en_people.ts');
const english = { ...en, ...en_people };
const languages = { de: (await load('text/de.ts')).german };

/** The names in braces of a text, of all its plural forms together. */
function namesOf(text) {
    const all = typeof text === 'string' ? [text] : Object.values(text);
    return [...new Set(all.flatMap((one) => [...one.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)))].sort();
}

for (const [language, texts] of Object.entries(languages)) {
    test(`${language} has the keys of English, and no others`, () => {
        assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort());
    });

    test(`${language} has in each text the values that English has`, () => {
        for (const [key, text] of Object.entries(english)) assert.deepEqual(namesOf(texts[key]), namesOf(text), key);
    });

    test(`${language} has a form for each plural category of its numbers`, () => {
        const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
        for (const [key, text] of Object.entries(texts)) {
            if (typeof text === 'string') continue;
            assert.deepEqual(Object.keys(text).sort(), [...pluralCategories].sort(), key);
        }
    });
}

test('no text has markup or is empty', () => {
    for (const texts of [english, ...Object.values(languages)]) {
        for (const [key, text] of Object.entries(texts)) {
            const all = typeof text === 'string' ? [text] : Object.values(text);
            for (const one of all) assert.match(one, /^[^<>]+$/, key);
        }
    }
});
