// The official npm clients against Cameo; ./dev test clients has those of the other languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checks } from './checks.mjs';
import { conform } from './conformance.mjs';
import { npmClients } from './clients.mjs';

for (const client of npmClients) {
    test(client.name, async (t) => {
        const { results } = await conform(client);
        for (const [name, what] of checks) {
            await t.test(`${name}: ${what}`, (t) => {
                const { verdict, reason } = results.get(name);
                assert.notEqual(verdict, 'FAIL', reason);
                if (verdict === 'n/a') t.skip(reason);
            });
        }
    });
}
