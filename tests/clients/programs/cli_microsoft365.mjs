// CLI for Microsoft 365, by the call that its package offers to programs: the same commands as in a shell.
// HOME is an empty folder. Its Graph is a table of clouds; a sign-in is a connection with a token.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { assertSquare, check, tellVersion, world } from '../node/program.mjs';

process.env.APPLICATION_INSIGHTS_NO_STATSBEAT = 'true'; // else its telemetry counts itself, on Microsoft's machines
const dist = (path) => import(new URL(`node_modules/@pnp/cli-microsoft365/dist/${path}`, import.meta.url));
const { default: auth, Auth, CloudType } = await dist('Auth.js');
const { cli } = await dist('cli/cli.js');
const { executeCommand } = await dist('api.js');

const origin = new URL(world.url).origin;
cli.getConfig().set('disableTelemetry', true);
Auth.cloudEndpoints[CloudType.Public] = { 'https://graph.microsoft.com': origin };
const expiresOn = new Date(Date.now() + 3_600_000);
Object.assign(auth.connection, { active: true, accessTokens: { [origin]: { accessToken: world.token, expiresOn } } });

async function run(command, options = {}) {
    try {
        const { stdout } = await executeCommand(command, { output: 'json', ...options });
        return stdout ? JSON.parse(stdout) : undefined;
    } catch ({ error, stderr }) {
        throw new Error(`${command}: ${error?.message ?? JSON.stringify(error)} ${stderr}`);
    }
}
const photoOf = async (owner) => {
    const filePath = join(homedir(), 'photo.jpg');
    await run('request', { method: 'get', url: `https://graph.microsoft.com/v1.0/${owner}/photo/$value`, filePath });
    return readFileSync(filePath);
};

tellVersion('@pnp/cli-microsoft365');

await check('seed-photo', async () => assertSquare(await photoOf('me'), 648));
await check('group', async () => {
    await run('entra m365group set', { id: world.group, logoPath: world.pictureFile });
    assertSquare(await photoOf(`groups/${world.group}`), 648);
});
await check('not-found', async () => {
    await assert.rejects(photoOf(`users/${world.user}`), /status code 404/);
});
await check('people', async () => {
    const users = await run('entra user list', { properties: 'Id,DisplayName,UserPrincipalName' });
    assert.ok(users.some(({ userPrincipalName }) => userPrincipalName === world.me), JSON.stringify(users));
    assert.equal((await run('entra user get', { userName: world.guest })).userPrincipalName, world.guest);
});
await check('members', async () => {
    const group = { displayName: 'Painters', mailNickname: 'painters', description: 'Painters', logoPath: world.pictureFile };
    const made = await run('entra m365group add', { ...group, owners: world.user, members: world.guest });
    assertSquare(await photoOf(`groups/${made.id}`), 648);
    const people = await run('entra m365group user list', { groupId: made.id });
    const rolesOf = new Map(people.map(({ userPrincipalName, roles }) => [userPrincipalName, roles]));
    assert.deepEqual([rolesOf.get(world.guest), rolesOf.get(world.user)], [['Member'], ['Owner']]);
    assert.ok(rolesOf.get(world.me).includes('Owner'), 'who made it');
});
await check('find', async () => {
    const groups = await run('entra m365group list', { displayName: 'Paint' });
    assert.deepEqual(groups.map(({ displayName }) => displayName), ['Painters']);
});

process.exit(0); // its telemetry, though off, keeps timers for more than a minute
