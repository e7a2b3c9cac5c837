// A thousand people, each with a different picture: crops of photographs with different rotation, brightness and colour.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { command } from '../../tests/api/lib/command.mjs';
import { get } from '../../tests/api/lib/http.mjs';
import { jpeg } from '../../tests/api/lib/pictures.mjs';
import { Server } from '../../tests/api/lib/server.mjs';
import { makeUser } from '../../tests/api/lib/world.mjs';

const jpegjs = createRequire(new URL('../../tests/api/', import.meta.url))('jpeg-js');
const side = 240;
const firstNames =
    'Ada Ben Cleo Dan Edith Femi Grace Hugo Ines Jun Kofi Lea Mats Nadia Omar Pia Quinn Rosa Sven Tara ' +
    'Uma Vera Wang Xenia Yusuf Zoe Amal Boris Carla Dmitri Elif Farid Gita Hana Ivan Jana Kenji Lucia Mona Nils';
const lastNames =
    'Abel Byron Costa Diaz Eriksen Fischer Garcia Haddad Ito Jansen Khan Lopez Moreau Novak Okafor ' +
    'Petrov Quist Rossi Singh Tanaka Ueda Vogel Weber Yilmaz Zhang';

const people = lastNames.split(' ').flatMap((last) =>
    firstNames.split(' ').map((first) => ({
        displayName: `${first} ${last}`,
        userPrincipalName: `${first}.${last}@contoso.example`.toLowerCase(),
    })),
);

/** A server with all of them, and a token for the page. */
export async function startWorld({ photographs, pictures, secure }) {
    if (!existsSync(pictures)) await makePictures(photographs, pictures);
    const server = await Server.start({ secure, config: '[limits]\nrequests_per_second = 0\n[log]\naccess = "off"\n' });
    const made = await Promise.all(people.map((person) => makeUser(server, person)));
    const { status, stdout, stderr } = await command('import', pictures, '--data', server.data);
    if (status !== 0) throw new Error(`cameo import: ${stdout}${stderr}`);
    return { server, token: server.userToken(made[0].id, 'User.ReadBasic.All') };
}

async function makePictures(photographs, folder) {
    const sources = await decoded(photographs);
    if (sources.length === 0) throw new Error(`there are no photographs in ${photographs}`);
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    for (const [at, { userPrincipalName }] of people.entries())
        writeFileSync(join(unfinished, `${userPrincipalName}.jpg`), cutting(sources[at % sources.length], at));
    renameSync(unfinished, folder);
}

/** The photographs' pixels. Cameo converts them to JPEG first, since the decoder used here reads no other format. */
async function decoded(photographs) {
    const server = await Server.start();
    const all = [];
    for (const name of readdirSync(photographs).sort()) {
        const user = await makeUser(server, { picture: readFileSync(join(photographs, name)) });
        all.push(jpegjs.decode((await get(server, user.photo, server.admin)).body));
    }
    await server.stop();
    return all;
}

function cutting({ data, width }, seed) {
    const random = numbers(seed);
    const scale = ((0.5 + 0.5 * random()) * width) / side;
    const [left, top] = [random(), random()].map((part) => part * (width - scale * side));
    const mirrored = random() < 0.5;
    const light = [0, 0, 0].map(() => 0.75 + 0.45 * random());
    return jpeg(side, side, (x, y) => {
        const column = Math.floor(left + scale * (mirrored ? side - 1 - x : x));
        const at = 4 * (Math.floor(top + scale * y) * width + column);
        return light.map((by, channel) => Math.min(255, data[at + channel] * by));
    });
}

/** The same numbers from 0 to 1 every time (mulberry32). */
function numbers(seed) {
    let state = seed + 1;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}
