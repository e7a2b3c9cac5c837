import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { callOfFilters, filterCount, filtersOf, queryOfFilters } = await load('people_filters.ts');
const { visible } = await load('virtual.ts');
const { csvCell, csvOf, safeFileName } = await load('csv.ts');

const filters = (text) => filtersOf(new URLSearchParams(text));

test('the filters of an address, and the address of the filters', () => {
    for (const text of ['', 'search=ada', 'search=a+b&department=&officeLocation=Berlin&group=1&photo=none&changedSince=2026-11-30']) {
        assert.equal(queryOfFilters(filters(text)).toString(), text);
    }
});

test('no department is a filter, and is not the same as any department', () => {
    assert.equal(filters('department=').department, '');
    assert.equal(filters('').department, undefined);
    assert.equal(filterCount(filters('department=&search=x')), 1);
    assert.equal(callOfFilters(filters('department=')).toString(), 'department=');
});

test('values that no control writes are left out', () => {
    assert.deepEqual(filters('photo=all&changedSince=yesterday&group=&top=5'), filters(''));
    assert.deepEqual(filters('changedSince=2026-13-45'), filters(''));
});

test('a day is the moment at which it begins for the reader, in UTC', () => {
    const { changedSince } = Object.fromEntries(callOfFilters(filters('changedSince=2026-11-30')));
    assert.match(changedSince, /^2026-\d\d-\d\dT\d\d:\d\d:00Z$/);
    assert.equal(new Date(changedSince).getTime(), new Date(2026, 10, 30).getTime());
});

test('a search of blanks is none', () => {
    assert.equal(callOfFilters(filters('search=+++')).toString(), '');
    assert.equal(callOfFilters(filters('search=+ada+')).toString(), 'search=ada');
});

test('rows in the window, with those around it, and never outside of the list', () => {
    assert.deepEqual(visible(-300, 900, 1000, 100, 2), { first: 0, last: 8 });
    assert.deepEqual(visible(5050, 900, 1000, 100, 2), { first: 48, last: 62 });
    assert.deepEqual(visible(99_500, 900, 1000, 100, 2), { first: 993, last: 1000 });
    assert.deepEqual(visible(-5000, 900, 1000, 100, 2), { first: 0, last: 0 });
    assert.deepEqual(visible(500_000, 900, 1000, 100, 2), { first: 1000, last: 1000 });
    assert.deepEqual(visible(0, 900, 0, 100, 2), { first: 0, last: 0 });
});

test('cells of CSV: quotes, separators, line breaks, and no formulas', async () => {
    const cells = ['plain', 'a,b', 'say "x"', 'two\nlines', '=1+1', '+1', '-1', '@x', '\tx', '\rx', 'a=1', ''];
    assert.deepEqual(cells.map(csvCell), [
        'plain', '"a,b"', '"say ""x"""', '"two\nlines"', "'=1+1", "'+1", "'-1", "'@x", "'\tx", '"\'\rx"', 'a=1', '',
    ]);
    assert.equal(await csvOf([['a', '=b'], ['c,', 'd']]).text(), 'a,\'=b\r\n"c,",d\r\n');
});

test('names of files that every system takes', () => {
    assert.equal(safeFileName('a/b\\c:d*e?f"g<h>i|j\n.csv'), 'a_b_c_d_e_f_g_h_i_j_.csv');
    assert.equal(safeFileName('x'.repeat(500)).length, 100);
});
