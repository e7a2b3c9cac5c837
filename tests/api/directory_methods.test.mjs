// The table of docs/directory.md, row by row: the methods of each path.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, remove } from './lib/http.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeUser } from './lib/world.mjs';

let server, me;
before(async () => {
    server = await Server.start();
    me = await makeUser(server);
});
after(() => server.stop());

// The directory's table, row by row: the methods of each path; every other method is 405 with exactly these.
const rows = () => [
    ['/v1.0/users', 'GET, HEAD, POST'],
    ['/v1.0/groups', 'GET, HEAD, POST'],
    ['/v1.0/teams', 'GET, HEAD, POST'],
    ['/v1.0/users/x', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/groups/x', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/teams/x', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/groups/x/team', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['/v1.0/me/contacts', 'GET, HEAD, POST'],
    ['/v1.0/me/contacts/x', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/me/contactFolders', 'GET, HEAD, POST'],
    ['/v1.0/me/contactFolders/x', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/me/contactFolders/x/contacts', 'GET, HEAD, POST'],
    ['/v1.0/me/contactFolders/x/contacts/y', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/me/contactFolders/x/childFolders', 'GET, HEAD, POST'],
    ['/v1.0/users/u/contactFolders/x/childFolders/y', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/teams/x/members', 'GET, HEAD, POST'],
    ['/v1.0/teams/x/members/y', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/teams/x/members/add', 'POST'],
    ['/v1.0/teams/x/members/graph.remove', 'POST'],
    ['/v1.0/teams/x/members/$count', 'GET, HEAD'],
    ['/v1.0/teams/x/archive', 'POST'],
    ['/v1.0/teams/x/unarchive', 'POST'],
    ['/v1.0/me/joinedTeams', 'GET, HEAD'],
    ['/v1.0/groups/x/members', 'GET, HEAD'],
    ['/v1.0/groups/x/members/$ref', 'POST'],
    ['/v1.0/groups/x/members/y/$ref', 'DELETE'],
    ['/v1.0/users/$count', 'GET, HEAD'],
    ['/v1.0/groups/$count', 'GET, HEAD'],
    ['/v1.0/teams/$count', 'GET, HEAD'],
    ['/v1.0/me/contacts/$count', 'GET, HEAD'],
    ['/v1.0/me/contactFolders/$count', 'GET, HEAD'],
    ['/v1.0/me/joinedTeams/$count', 'GET, HEAD'],
    ['/v1.0/groups/x/members/$count', 'GET, HEAD'],
    ['/v1.0/me/people', 'GET, HEAD'],
    ['/v1.0/me/presence', 'GET, HEAD'],
    ['/v1.0/$metadata', 'GET, HEAD'],
];
for (const [path, allow] of rows()) {
    test(`${path} allows ${allow}; every other method is 405, token or not`, async () => {
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']) {
            if (allow.split(', ').includes(method)) continue;
            for (const where of [path, path.replace('v1.0', 'beta'), path.toUpperCase()]) {
                for (const token of [server.admin, undefined]) {
                    const answer = await call(server, method, where, { token });
                    assertError(answer, 405, 'Request_BadRequest');
                    const said = answer.headers.allow
                        .split(', ')
                        .filter((one) => one !== 'OPTIONS');
                    assert.equal(said.join(', '), allow);
                }
            }
        }
    });
}

test('DELETE of /me is 405 with the methods it has (docs/directory.md)', async () => {
    const answer = await remove(server, '/v1.0/me', server.userToken(me.id, 'User.ReadWrite'));
    assertError(answer, 405, 'Request_BadRequest');
    assert.equal(answer.headers.allow, 'GET, HEAD, PATCH, OPTIONS');
});
