// A program of the client that @hey-api/openapi-ts generates: reads, misses and uploads a photo. It is compiled with the client,
// so that what it takes for granted about types is checked too. Prints one JSON object.
import { client } from './hey-api/client.gen';
import { getMyPhoto, getMyPhotoContent, getMyPhotoContentBySize, getUserPhoto, replaceMyPhotoContent } from './hey-api/sdk.gen';

declare const process: { env: Record<string, string | undefined>; stdout: { write(text: string): void } };
const { CAMEO_URL, CAMEO_TOKEN, CAMEO_PICTURE, CAMEO_WITHOUT_PHOTO } = process.env;
const { CAMEO_UNKNOWN } = process.env;
client.setConfig({ baseUrl: CAMEO_URL, auth: CAMEO_TOKEN });

const base64 = async (blob: Blob | File | undefined) => blob && btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));

async function main() {
    const picture = Uint8Array.from(atob(CAMEO_PICTURE!), (character) => character.charCodeAt(0));
    const before = await getMyPhotoContent();
    const upload = await replaceMyPhotoContent({ body: new Blob([picture], { type: 'image/jpeg' }) });
    const photo = await getMyPhotoContent();
    const small = await getMyPhotoContentBySize({ path: { size: '48x48' } });
    const metadata = await getMyPhoto();
    const width: number | undefined = metadata.data?.width;
    const missing = await getUserPhoto({ path: { user: CAMEO_WITHOUT_PHOTO! } });
    const unknown = await getUserPhoto({ path: { user: CAMEO_UNKNOWN! } });
    const etag = photo.response.headers.get('ETag')!;
    const known = await getMyPhotoContent({ headers: { 'If-None-Match': etag } });
    process.stdout.write(
        JSON.stringify({
            before: before.error?.error.code,
            upload: upload.response.status,
            photo: await base64(photo.data),
            small: await base64(small.data),
            metadata: { id: metadata.data?.id, width, etag: metadata.data?.['@odata.mediaEtag'] === etag },
            // A code that the document does not have would not compile.
            missing: missing.error?.error.code === 'ImageNotFound',
            unknown: unknown.error?.error.code === 'Request_ResourceNotFound',
            message: missing.error?.error.message,
            known: known.response.status,
        }),
    );
}
void main();
