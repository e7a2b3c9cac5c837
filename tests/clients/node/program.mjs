// Shared by the Node programs: the protocol of ../checks.mjs and a check of a JPEG.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const env = process.env;
export const world = {
    url: env.CAMEO_URL,
    throttledUrl: env.CAMEO_THROTTLED_URL,
    token: env.CAMEO_TOKEN,
    appToken: env.CAMEO_APP_TOKEN,
    pictureFile: env.CAMEO_PICTURE,
    me: env.CAMEO_ME,
    contactMail: env.CAMEO_CONTACT_MAIL,
    picture: readFileSync(env.CAMEO_PICTURE),
    user: env.CAMEO_USER,
    guest: env.CAMEO_GUEST,
    group: env.CAMEO_GROUP,
    team: env.CAMEO_TEAM,
    contact: env.CAMEO_CONTACT,
    folder: env.CAMEO_FOLDER,
    filedContact: env.CAMEO_FILED_CONTACT,
};

export const sizes = [48, 64, 96, 120, 240, 360, 432, 504, 648];

export async function check(name, body) {
    try {
        const notApplicable = await body();
        console.log(notApplicable ? `check ${name} n/a ${notApplicable}` : `check ${name} ok`);
    } catch (error) {
        console.log(`check ${name} FAIL ${String(error.stack ?? error).replace(/\s*\n\s*/g, ' | ')}`);
    }
}

export function tellVersion(...packages) {
    const require = createRequire(process.argv[1]);
    const version = (name) => require(`./node_modules/${name}/package.json`).version;
    console.log(`version ${packages.map((name) => `${name} ${version(name)}`).join(', ')}, Node ${process.versions.node}`);
}

/** A square JPEG of this many pixels on a side. */
export function assertSquare(bytes, side) {
    const view = Buffer.from(bytes);
    assert.equal(view.readUInt16BE(0), 0xffd8, 'a JPEG');
    let at = 2;
    while (![0xc0, 0xc1, 0xc2].includes(view[at + 1])) at += 2 + view.readUInt16BE(at + 2);
    assert.deepEqual([view.readUInt16BE(at + 7), view.readUInt16BE(at + 5)], [side, side]);
}

/** The error of `promise`. */
export async function failure(promise) {
    try {
        await promise;
    } catch (error) {
        return error;
    }
    throw new Error('it did not fail');
}
