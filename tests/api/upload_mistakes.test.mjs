// Uploads that are no picture, and requests that were meant for an identity provider: what the messages say
// (docs/http.md, "Uploads that are no picture").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, put, send } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { exchange } from './lib/raw.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeUser } from './lib/world.mjs';

let server, user, picture;
before(async () => {
    server = await Server.start();
    user = await makeUser(server);
    picture = jpeg(100, 100);
});
after(() => server.stop());

const upload = (body, type) => put(server, user.photo, server.admin, Buffer.from(body), type && { 'Content-Type': type });

const asUtf8Text = () => Buffer.from(picture.toString('utf8'));
const asBinaryString = () => Buffer.from(picture.toString('latin1'), 'utf8');
const form = () =>
    Buffer.concat([
        Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="me.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'),
        picture,
        Buffer.from('\r\n--b--\r\n'),
    ]);

for (const [what, body, sentence, type] of [
    ['a TIFF', () => 'II*\0' + '\0'.repeat(100), 'The file is a TIFF; the supported picture formats are JPEG, PNG, WebP, GIF, HEIF, AVIF.'],
    ['an SVG', () => '<svg xmlns="http://www.w3.org/2000/svg"/>', 'The file is an SVG; '],
    ['a PDF', () => '%PDF-1.7\n', 'The file is a PDF; '],
    ['a multipart form', form, 'multipart form', 'multipart/form-data; boundary=b'],
    ['base64', () => picture.toString('base64'), 'base64 text of a JPEG; decode it'],
    ['wrapped base64', () => picture.toString('base64').replace(/.{76}/g, '$&\r\n'), 'base64 text of a JPEG; decode it'],
    ['a data: URL', () => `data:image/jpeg;base64,${picture.toString('base64')}`, 'data: URL; decode it'],
    ['JSON', () => '{"photo":"x"}', 'The upload is JSON; ', 'application/json'],
    ['HTML', () => '<!DOCTYPE html><title>Sign in</title>', 'HTML, a web page'],
    ['XML', () => '<?xml version="1.0"?><a/>', 'The upload is XML; '],
    ['a JPEG read as UTF-8', asUtf8Text, 'read as text'],
    ['a JPEG as a binary string', asBinaryString, 'read as text'],
    ['numbers', () => [...picture].join(' '), 'list of numbers'],
    ["an object's name", () => 'System.Byte[]', 'name of an object'],
    ['a path', () => 'C:\\photos\\me.jpg', 'a path or a URL'],
    ['a URL', () => 'https://x.example/me.jpg', 'a path or a URL'],
    ['a mark before the picture', () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), picture]), 'a JPEG from byte 3 on'],
    ['text', () => 'hello', 'none of the supported picture formats: JPEG, PNG, WebP, GIF, HEIF, AVIF.'],
])
    test(`${what} is 415, and the message names it`, async () => {
        const answer = await upload(body(), type);
        assertError(answer, 415, 'UnsupportedMediaType');
        assert.ok(answer.json().error.message.includes(sentence), answer.text);
        assertError(await get(server, `${user.path}/photo`, server.admin), 404, 'ImageNotFound');
    });

test('a Content-Type that names no supported format is repeated; one that could break a message is not', async () => {
    const message = async (type) => (await upload('hello', type)).json().error.message;
    assert.match(await message('image/x-tga; a=b'), / Its Content-Type is 'image\/x-tga'\.$/);
    for (const type of ['image/jpeg', 'IMAGE/PNG', 'application/octet-stream', `image/${'x'.repeat(200)}`, 'image/ x'])
        assert.doesNotMatch(await message(type), /Content-Type/, type);
});

test('bytes of a supported format are taken, whatever the Content-Type', async () => {
    for (const type of ['image/tiff', 'application/json', 'text/html', 'application/x-www-form-urlencoded'])
        assert.equal((await upload(picture, type)).status, 200, type);
});

test('a picture that curl -d damaged is 400, and the message names --data-binary', async () => {
    const stripped = Buffer.from(picture.subarray(0, picture.length / 2).filter((byte) => byte !== 10 && byte !== 13));
    const answer = await upload(stripped, 'application/x-www-form-urlencoded');
    assertError(answer, 400, 'ValidationInvalidImage');
    assert.match(answer.json().error.message, /sent as a form.*--data-binary or -T/);
    assert.doesNotMatch((await upload(stripped, 'image/jpeg')).json().error.message, /form/);
});

test('a method in small letters is 405, and the message says that methods are in capitals', async () => {
    const ask = (method) =>
        exchange(server, `${method} ${user.photo} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.admin}\r\n\r\n`);
    const small = await ask('get');
    assert.equal(small.status, 405);
    assert.match(small.json().error.message, /Methods are in capitals\.$/);
    assert.doesNotMatch((await ask('MOVE')).json().error.message, /capitals/);
});

for (const path of [
    '/.well-known/openid-configuration',
    '/contoso.example/v2.0/.well-known/openid-configuration',
    '/common/discovery/instance?api-version=1.1',
    '/common/oauth2/v2.0/token',
    '/common/oauth2/v2.0/authorize?client_id=x',
    '/common/OAuth2/token',
])
    test(`${path} is 404, and the message says that there are no OAuth endpoints`, async () => {
        for (const method of ['GET', 'POST']) {
            const answer = await send(server, method, path, {});
            assertError(answer, 404, 'Request_ResourceNotFound');
            assert.match(answer.json().error.message, /no OAuth endpoints.*docs\/identity\.md/);
        }
    });

test('other unknown paths stay 400, and an owner of such a name is found', async () => {
    assertError(await get(server, '/common/oauth2', server.admin), 400, 'BadRequest');
    assertError(await get(server, '/v1.0/users/token/photo', server.admin), 404, 'Request_ResourceNotFound');
});
