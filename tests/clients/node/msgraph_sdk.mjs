// @microsoft/msgraph-sdk with -users and -teams; `gzip` as an argument adds its compression middleware.
import {
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
} from '@microsoft/kiota-abstractions';
import { CompressionHandler } from '@microsoft/kiota-http-fetchlibrary';
import { createGraphServiceClient, GraphRequestAdapter } from '@microsoft/msgraph-sdk';
import { createODataErrorFromDiscriminatorValue } from '@microsoft/msgraph-sdk/models/oDataErrors/index.js';
import {
    BatchRequestBuilder,
    BatchRequestContent,
    createGraphClientFactory,
    getDefaultMiddlewares,
} from '@microsoft/msgraph-sdk-core';
import '@microsoft/msgraph-sdk-teams';
import '@microsoft/msgraph-sdk-users';
import assert from 'node:assert/strict';
import { assertSquare, check, failure, sizes, tellVersion, world } from './program.mjs';

const gzip = process.argv[2] === 'gzip';

class OneToken {
    #hosts = new AllowedHostsValidator(new Set(['localhost']));
    constructor(token) {
        this.token = token;
    }
    getAuthorizationToken = async (url) => (this.#hosts.isUrlHostValid(url) ? this.token : '');
    getAllowedHostsValidator = () => this.#hosts;
}

function http() {
    const telemetry = { graphServiceTargetVersion: '', graphServiceLibraryClientVersion: '1.0.0' };
    const middlewares = getDefaultMiddlewares({ customFetch: fetch, graphTelemetryOption: telemetry });
    middlewares.splice(1, 0, new CompressionHandler());
    return createGraphClientFactory(telemetry, fetch, undefined, middlewares);
}

function connect(url, token) {
    const authentication = new BaseBearerTokenAuthenticationProvider(new OneToken(token));
    const adapter = new GraphRequestAdapter(authentication, undefined, undefined, gzip ? http() : undefined);
    adapter.baseUrl = url;
    return { adapter, client: createGraphServiceClient(adapter) };
}

const { adapter, client } = connect(world.url, world.token);

const writeAndRead = (photo, side = 648) => async () => {
    await photo.content.put(world.picture);
    assertSquare(await photo.content.get(), side);
    assert.equal((await photo.get()).id, `${side}x${side}`);
};

tellVersion('@microsoft/msgraph-sdk', '@microsoft/msgraph-sdk-users', '@microsoft/msgraph-sdk-teams');

const other = client.users.byUserId(world.user);
const team = client.teams.byTeamId(world.team);

await check('seed-photo', async () => assertSquare(await client.me.photo.content.get(), 648));
await check('seed-48', async () =>
    assertSquare(await client.me.photos.byProfilePhotoId('48x48').content.get(), 48),
);
await check('seed-metadata', async () => {
    const { id, width, height } = await client.me.photo.get();
    assert.deepEqual([id, width, height], ['648x648', 648, 648]);
});
await check('seed-team-metadata', async () => assert.equal((await team.photo.get()).width, 360));
await check('seed-team-photo', async () => assertSquare(await team.photo.content.get(), 360));
await check('sizes', async () => {
    for (const size of sizes)
        assertSquare(await client.me.photos.byProfilePhotoId(`${size}x${size}`).content.get(), size);
});
await check('metadata', async () => {
    const { width, height } = await client.me.photos
        .byProfilePhotoId('96x96')
        .get({ queryParameters: { select: ['width', 'height'] } });
    assert.deepEqual([width, height], [96, 96]);
});
await check('list', async () => {
    const { value } = await client.me.photos.get();
    assert.deepEqual(value.map(({ width }) => width), sizes);
});
await check('upload', writeAndRead(other.photo));
await check('delete', async () => {
    await other.photo.content.delete();
    assert.equal((await failure(other.photo.content.get())).responseStatusCode, 404);
});
await check('not-found', async () => {
    const error = await failure(other.photo.get());
    assert.deepEqual([error.responseStatusCode, error.errorEscaped.code], [404, 'ImageNotFound']);
    assert.ok(error.errorEscaped.innerError.requestId);
});
await check('unauthorized', async () => {
    const error = await failure(connect(world.url, 'no.token').client.me.photo.get());
    assert.deepEqual(
        [error.responseStatusCode, error.errorEscaped.code],
        [401, 'InvalidAuthenticationToken'],
    );
});
await check('throttled', async () => {
    const throttled = connect(world.throttledUrl, world.token).client;
    await throttled.users.byUserId(world.user).photo.content.put(world.picture);
    assertSquare(await throttled.me.photo.content.get(), 648);
});
await check('group', () => 'npm has no package of this preview for groups');
await check('team', writeAndRead(team.photo));
await check('contact', writeAndRead(client.me.contacts.byContactId(world.contact).photo));
await check(
    'folder-contact',
    writeAndRead(
        client.me.contactFolders
            .byContactFolderId(world.folder)
            .contacts.byContactId(world.filedContact).photo,
    ),
);
await check('encoded-ids', async () =>
    assertSquare(await client.users.byUserId(world.guest).photo.content.get(), 240),
);
await check('batch', async () => {
    const errors = { XXX: createODataErrorFromDiscriminatorValue };
    const content = new BatchRequestContent(adapter, errors);
    const requests = [
        client.me.photo.content.toGetRequestInformation(),
        client.me.photos.byProfilePhotoId('48x48').toGetRequestInformation(),
        other.photo.toGetRequestInformation(),
    ];
    const ids = requests.map((request) => content.addBatchRequest(request).id);
    const answers = await new BatchRequestBuilder(adapter, errors).postBatchResponseContentAsync(content);
    const [photo, metadata, missing] = ids.map((id) => answers.getResponseById(id));
    assert.deepEqual([photo.status, metadata.status, missing.status], [200, 200, 404]);
    assertSquare(photo.body, 648); // the preview reads every body as base64, so the metadata is lost
});
