// Damaged pictures and other documents as uploads: a photo or the named error; on an error the stored photo stays.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from './lib/command.mjs';
import { get, put } from './lib/http.mjs';
import { blue, gif, jpeg, png, pngBomb, pngKinds, red, svg, webp } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

const errors = {
    ValidationInvalidImage: 400,
    ValidationImageTooLarge: 400,
    ValidationWidthTooSmall: 400,
    ValidationHeightTooSmall: 400,
    UnsupportedMediaType: 415,
};
const pictures = {
    jpeg: jpeg(64, 64),
    png: png(64, 64),
    'png of 16 bits': pngKinds(64, 64)['colour of 16 bits'],
    gif: gif(64, 64),
    webp: webp(64, 64),
};

let server, user, stored;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(64, 64, blue) });
    stored = await read();
});
after(() => server.stop());

async function read() {
    const { status, headers, body } = await get(server, user.photo, server.admin);
    assert.equal(status, 200);
    return { etag: headers.etag, body };
}

/** True if the server accepted the picture; else it answered a named error and kept the photo. */
async function takes(picture, what) {
    const answer = await put(server, user.photo, server.admin, picture);
    const now = await read();
    if (answer.status === 200) {
        stored = now;
        return true;
    }
    assert.equal(answer.status, errors[answer.json().error.code], `${what}: ${answer.text}`);
    assert.deepEqual(now, stored, what);
    return false;
}

// A PNG ends with the checksums of its pixels and the chunk IEND; without those no pixel is missing.
const behindPixels = (name) => (name.startsWith('png') ? 4 + 4 + 12 : 0);

for (const [name, whole] of Object.entries(pictures))
    test(`a ${name} truncated anywhere is refused and the photo stays`, async () => {
        for (let percent = 1; percent < 100; percent += 4) {
            const cut = whole.subarray(0, Math.ceil((whole.length * percent) / 100));
            if (whole.length - cut.length <= behindPixels(name)) continue;
            assert.equal(await takes(cut, `${percent} %`), false, `${percent} %`);
        }
    });

for (const [name, whole] of Object.entries(pictures))
    test(`a ${name} with flipped bits is a photo or a named error`, async () => {
        for (let variant = 1; variant <= 25; variant++) {
            const file = Buffer.from(whole);
            // Knuth's multiplicative hash: different places in each variant, the same in each run.
            for (let flip = 1; flip <= (variant % 4) + 1; flip++) {
                const bit = (variant * flip * 2654435761) % (file.length * 8);
                file[bit >> 3] ^= 1 << (bit & 7);
            }
            await takes(file, `variant ${variant}`);
        }
    });

test('bombs and other documents are refused and the photo stays', async () => {
    const magics = ['\xff\xd8\xff\xe0', '\x89PNG\r\n\x1a\n', 'GIF89a', 'RIFF\xff\0\0\0WEBPVP8 '];
    const disguised = magics.map((magic) => Buffer.concat([Buffer.from(magic, 'latin1'), svg]));
    const bombs = [pngBomb(4000, 4000), pngBomb(60000, 60000), webp(16383, 16383)];
    for (const [i, file] of [...disguised, ...bombs].entries())
        assert.equal(await takes(file, `file ${i}`), false, `file ${i}`);
});

test('a picture that is a document too is accepted without the document', async () => {
    const text = Buffer.from('<script>alert(1)</script>');
    for (const [name, whole] of Object.entries({ ...pictures, jpeg: jpeg(64, 64, red) })) {
        assert.equal(await takes(Buffer.concat([whole, text]), name), true, name);
        assert.equal(stored.body.includes(text), false, name);
    }
});

test("the decoder's words about a damaged picture are in the log, with the request id, and not in the answer", async () => {
    const whole = png(64, 64);
    const file = Buffer.from(whole);
    file[whole.length - 13] ^= 1; // the checksum of the pixels
    const answer = await put(server, user.photo, server.admin, file);
    assert.equal(answer.status, 400);
    const { message } = answer.json().error;
    assert.equal(message, 'The PNG is damaged or truncated.');
    const line = `request ${answer.headers['request-id']}: ${message} (`;
    await until(() => server.stderr.includes(line), 'the line in the log');
    const logged = server.stderr.split('\n').find((each) => each.includes(line));
    assert.match(logged, /CRC error\)$/);
});
