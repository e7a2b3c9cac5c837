// A day of a program that synchronises the directory (synchronization.mjs). `./dev test directory` runs it with 1,200 people and 130 groups.
import { test } from 'node:test';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server } from '../api/lib/server.mjs';
import { day } from './synchronization.mjs';

const isLong = process.env.CAMEO_DIRECTORY_RUN === 'long';
const size = isLong ? { people: 1_200, groups: 130, top: 999 } : { people: 100, groups: 12, top: 40 };
const rights = 'User.ReadWrite.All ProfilePhoto.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All Team.Create TeamMember.ReadWrite.All';

test(`a program synchronises ${size.people} people and ${size.groups} groups, and the directory is what it should be`, async () => {
    const server = await Server.start({ config: '[limits]\nrequests_per_second = 0\napp_uploads_per_second = 0\n[log]\naccess = "off"\n' });
    try {
        await day(server.origin, server.appToken(rights), { ...size, picture: jpeg(120, 120) });
    } finally {
        await server.stop();
    }
});
