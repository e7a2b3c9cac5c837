// The example of the client that needs only Node; ./dev test clients runs the others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runExample } from './examples.mjs';

test('examples/javascript', async () => assert.equal(await runExample('javascript'), 'ok'));
