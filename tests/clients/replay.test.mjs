// C# and PHP: replays, not the SDKs, since ./dev test has neither runtime; ./dev test clients runs the SDKs. These are the
// requests that their sources build, with the headers that they were seen to send, written to a socket.
//   C#   Microsoft.Graph 5 over HttpClient: HttpClientRequestAdapter, RetryHandler, UserAgentHandler, GraphTelemetryHandler
//   PHP  microsoft/microsoft-graph 2 over Guzzle and curl: GuzzleRequestAdapter, GraphTelemetryOption, GraphClientFactory
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertWhole } from '../api/lib/jpeg_inspection.mjs';
import { jpeg } from '../api/lib/pictures.mjs';
import { RawConnection } from '../api/lib/raw.mjs';
import { Server } from '../api/lib/server.mjs';
import { hdSizes, makeContact, makeFolder, makeGroup, makeTeam, makeUser } from '../api/lib/world.mjs';

const picture = jpeg(648, 648, (x, y) => [x % 256, y % 256, 90]);
const clientRequestId = '6d6ebd3b-2ab2-4ac5-a5e2-0d9f9a1f4a52';
const bytesOrError = 'application/octet-stream, application/json';

const csharp = {
    /** HttpClient writes Host, then the request's headers as they were added, then the content's. */
    head: (host, method, path, token, accept, content = []) => [
        `${method} /v1.0${path} HTTP/1.1`,
        `Host: ${host}`,
        'Cache-Control: no-store, no-cache',
        `Accept: ${accept}`,
        `Authorization: Bearer ${token}`,
        'User-Agent: kiota-dotnet/1.22.1',
        'SdkVersion: graph-dotnet/5.92.0, graph-dotnet-core/3.2.4 (featureUsage=00000003; hostOS=Unix 6.1.0.18; hostArch=X64; runtimeEnvironment=.NET 10.0.12;)',
        `client-request-id: ${clientRequestId}`,
        'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
        'Accept-Encoding: gzip, deflate, br',
        ...content,
    ],
    json: 'application/json',
    bytes: bytesOrError,
    uploads: {
        'a stream of unknown length: chunked': (body) => ({
            content: ['Transfer-Encoding: chunked', 'Content-Type: application/octet-stream'],
            body: chunked(body, 4096),
        }),
        'a MemoryStream: its length': (body) => ({
            content: ['Content-Type: application/octet-stream', `Content-Length: ${body.length}`],
            body,
        }),
        '.NET Framework waits for 100 Continue': (body) => ({
            content: [
                'Content-Type: application/octet-stream',
                'Expect: 100-continue',
                `Content-Length: ${body.length}`,
            ],
            body,
            waits: true,
        }),
        'a retry': (body) => ({
            content: [
                'Retry-Attempt: 1',
                'Content-Type: application/octet-stream',
                `Content-Length: ${body.length}`,
            ],
            body,
        }),
    },
};

const php = {
    /** curl offers h2c on every plain request; Guzzle adds the default Content-Type. */
    head: (host, method, path, token, accept, content = ['Content-Type: application/json']) => [
        `${method} /v1.0${path} HTTP/1.1`,
        `Host: ${host}`,
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
        'User-Agent: GuzzleHttp/7 kiota-php/1.5.2',
        `Accept: ${accept}`,
        `Authorization: Bearer ${token}`,
        'SdkVersion: graph-php/2.56.0, graph-php-core/2.3.1, (featureUsage=0x00000002; hostOS=Linux; runtimeEnvironment=PHP/8.2.36)',
        `client-request-id: ${clientRequestId}`,
        ...content,
    ],
    json: 'application/json, application/json',
    bytes: `${bytesOrError}, application/json`,
    uploads: {
        'a file: its length': (body) => ({
            content: ['Content-Type: application/octet-stream', `Content-Length: ${body.length}`],
            body,
        }),
        'a pipe: chunked': (body) => ({
            content: ['Content-Type: application/octet-stream', 'Transfer-Encoding: chunked'],
            body: chunked(body, 16_372),
        }),
        'a second User-Agent line, as in the sources of kiota-php 1.4': (body) => ({
            content: [
                'User-Agent: kiota-php/1.4.0',
                'Content-Type: application/octet-stream',
                `Content-Length: ${body.length}`,
            ],
            body,
        }),
        'over 1 MB curl waits for 100 Continue': (body) => ({
            content: [
                'Content-Type: application/octet-stream',
                'Expect: 100-Continue',
                `Content-Length: ${body.length}`,
            ],
            body,
            waits: true,
        }),
    },
};

function chunked(body, size) {
    const parts = [];
    for (let at = 0; at < body.length; at += size) {
        const part = body.subarray(at, at + size);
        parts.push(Buffer.from(`${part.length.toString(16).toUpperCase()}\r\n`), part, Buffer.from('\r\n'));
    }
    return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

let server, me, guest, team, token;
before(async () => {
    server = await Server.start();
    me = await makeUser(server, { picture });
    guest = await makeUser(server, {
        userPrincipalName: 'ada_fabrikam.example#EXT#@contoso.example',
        picture: jpeg(240, 240),
    });
    team = await makeTeam(server, { picture: jpeg(360, 360), members: [me] });
    token = server.userToken(
        me.id,
        'User.ReadWrite.All Group.ReadWrite.All TeamSettings.ReadWrite.All Contacts.ReadWrite',
        'User Administrator',
    );
});
after(() => server.stop());

for (const [name, sdk] of Object.entries({ 'C#, replayed': csharp, 'PHP, replayed': php })) {
    describe(name, () => {
        let connection;
        before(async () => (connection = await RawConnection.open(server))); // kept alive, as the SDKs do
        after(() => connection.close());

        async function send(method, path, accept, { content, body = '', waits, bearer = token } = {}) {
            const host = `127.0.0.1:${server.port}`;
            const head = `${sdk.head(host, method, path, bearer, accept, content).join('\r\n')}\r\n\r\n`;
            await connection.write(head);
            if (waits) assert.equal((await connection.answer()).status, 100);
            await connection.write(body);
            const answer = await connection.answer({ to: method });
            assert.equal(answer.headers.upgrade, undefined);
            assert.equal(answer.headers['client-request-id'], clientRequestId);
            return answer;
        }
        const read = (path, options) => send('GET', path, sdk.json, options);
        const photo = (path, options) => send('GET', path, sdk.bytes, options);

        test('the five examples of the page', async () => {
            const mine = await photo('/me/photo/$value');
            assert.deepEqual([mine.status, mine.headers['content-type']], [200, 'image/jpeg']);
            assertWhole(mine.body, 648);
            assertWhole((await photo('/me/photos/48x48/$value')).body, 48);
            assert.equal((await read('/me/photo')).json().id, '648x648');
            assert.equal((await read(`/teams/${team.id}/photo`)).json().width, 360);
            assertWhole((await photo(`/teams/${team.id}/photo/$value`)).body, 360);
        });

        test('every size, the list, the metadata of one size, $select as each writes it', async () => {
            for (const size of hdSizes) assertWhole((await photo(`/me/photos/${size}x${size}/$value`)).body, size);
            const { value } = (await read('/me/photos')).json();
            assert.deepEqual(value.map(({ width }) => width), hdSizes);
            for (const query of ['$select=width,height', '%24select=width,height', '%24select=width%2Cheight']) {
                const { width, height } = (await read(`/me/photos/96x96?${query}`)).json();
                assert.deepEqual([width, height], [96, 96], query);
            }
        });

        for (const [how, upload] of Object.entries(sdk.uploads)) {
            test(`upload, ${how}; then read, delete, 404`, async () => {
                const other = await makeUser(server);
                const path = `/users/${encodeURIComponent(other.upn)}/photo/$value`;
                const put = await send('PUT', path, sdk.json, upload(picture));
                assert.equal(put.status, 200, String(put.body));
                assert.equal(put.body.length, 0);
                assert.equal(put.headers['content-type'], undefined);
                assertWhole((await photo(path)).body, 648);
                assert.equal((await send('DELETE', path, sdk.json)).status, 200);
                const gone = await photo(path);
                assert.deepEqual([gone.status, gone.json().error.code], [404, 'ImageNotFound']);
                assert.match(gone.headers['content-type'], /^application\/json/);
            });
        }

        test('group, team, contact, and a contact in a folder', async () => {
            const [upload] = Object.values(sdk.uploads);
            const contact = await makeContact(server, me);
            const folder = await makeFolder(server, me);
            const filed = await makeContact(server, folder);
            for (const [path, status] of [
                [`/groups/${(await makeGroup(server)).id}`, 200],
                [`/teams/${(await makeTeam(server)).id}`, 204],
                [`/me/contacts/${encodeURIComponent(contact.id)}`, 200],
                [`/me/contactFolders/${folder.id}/contacts/${filed.id}`.replaceAll('=', '%3D'), 200],
            ]) {
                const put = await send('PUT', `${path}/photo/$value`, sdk.json, upload(picture));
                assert.equal(put.status, status, String(put.body));
                assertWhole((await photo(`${path}/photo/$value`)).body, 648);
            }
        });

        test('a guest, whose name needs encoding', async () => {
            const path = `/users/${encodeURIComponent(guest.upn)}/photo/$value`;
            assertWhole((await photo(path)).body, 240);
        });

        test('401 with the error that the SDK turns into ODataError', async () => {
            const refused = await read('/me/photo', { bearer: 'no.token' });
            assert.deepEqual([refused.status, refused.json().error.code], [401, 'InvalidAuthenticationToken']);
            assert.doesNotMatch(refused.headers['www-authenticate'], /claims=/);
        });

        test('$batch', async () => {
            const step = (id, url) => ({ id, url, method: 'GET', headers: { Accept: bytesOrError } });
            const body = Buffer.from(
                JSON.stringify({
                    requests: [step('1', '/me/photo/$value'), step('2', '/me/photos/48x48'), step('3', '/me/photos/49x49')],
                }),
            );
            const content = ['Content-Type: application/json', `Content-Length: ${body.length}`];
            const answer = await send('POST', '/$batch', 'application/json', { content, body });
            assert.equal(answer.status, 200);
            const [one, two, three] = answer.json().responses;
            assertWhole(Buffer.from(one.body, 'base64'), 648);
            assert.equal(two.body.id, '48x48');
            assert.deepEqual([three.status, three.body.error.code], [404, 'ImageNotFound']);
            for (const { headers } of [one, two, three]) assert.ok(headers['Content-Type']);
        });
    });
}

