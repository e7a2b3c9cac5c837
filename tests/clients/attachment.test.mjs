// examples/attachment.js: the message as Graph accepts it, and the same message through a real mail server.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { message, photoAttachments } from '../../examples/attachment.js';
import { get } from '../api/lib/http.mjs';
import { jpeg } from '../api/lib/pictures.mjs';
import { Server } from '../api/lib/server.mjs';
import { makeUser } from '../api/lib/world.mjs';

const { simpleParser, nodemailer, SMTPServer } = await packages();
let server, user, token, attachments;

/** The packages are installed beside the clients, in node/. */
async function packages() {
    const require = createRequire(new URL('node/', import.meta.url));
    return { ...require('mailparser'), nodemailer: require('nodemailer'), ...require('smtp-server') };
}

before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(300, 300) });
    token = server.userToken(user.id, 'User.Read');
    attachments = await photoAttachments(`${server.origin}/v1.0`, token);
});
after(() => server.stop());

test('the photo is a fileAttachment: @odata.type, name, contentType, contentBytes', async () => {
    const photo = await get(server, '/v1.0/me/photo/$value', token);
    assert.deepEqual(attachments, [
        {
            '@odata.type': '#microsoft.graph.fileAttachment',
            name: 'photo.jpg',
            contentType: 'image/jpeg',
            contentBytes: photo.body.toString('base64'),
        },
    ]);
});

test('the message is a body for POST /me/messages, and is unchanged as JSON', () => {
    const asked = message({ to: 'ada@example.org', subject: 'Face', text: 'Here.', attachments });
    assert.deepEqual(JSON.parse(JSON.stringify(asked)), {
        subject: 'Face',
        body: { contentType: 'Text', content: 'Here.' },
        toRecipients: [{ emailAddress: { address: 'ada@example.org' } }],
        attachments,
    });
});

test('sent by SMTP, the same photo arrives', async () => {
    const mail = await throughSmtp(
        message({ to: 'ada@example.org', subject: 'Face', text: 'Here.', attachments }),
    );
    assert.equal(mail.subject, 'Face');
    assert.equal(mail.to.text, 'ada@example.org');
    assert.equal(mail.text.trim(), 'Here.');
    const [{ filename, contentType, content }] = mail.attachments;
    assert.deepEqual([filename, contentType], ['photo.jpg', 'image/jpeg']);
    const photo = await get(server, '/v1.0/me/photo/$value', token);
    assert.deepEqual(content, photo.body);
});

test('no photo: the server\'s error, not an attachment of the error', async () => {
    const without = await makeUser(server);
    await assert.rejects(
        photoAttachments(`${server.origin}/v1.0`, server.admin, `users/${without.id}`),
        /^Error: 404 .*ImageNotFound/,
    );
});

/** The message that arrives at a local mail server when an Outlook message is sent to it. */
async function throughSmtp({ subject, body, toRecipients, attachments }) {
    const arrived = Promise.withResolvers?.() ?? promise();
    const post = new SMTPServer({
        disabledCommands: ['AUTH', 'STARTTLS'],
        onData: (stream, _, done) => {
            simpleParser(stream).then(arrived.resolve, arrived.reject).finally(done);
        },
    });
    await new Promise((done) => post.listen(0, '127.0.0.1', done));
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port: post.server.address().port });
    try {
        await transport.sendMail({
            from: 'cameo@example.org',
            to: toRecipients.map(({ emailAddress }) => emailAddress.address),
            subject,
            text: body.content,
            attachments: attachments.map(({ name, contentType, contentBytes }) => ({
                filename: name,
                contentType,
                content: contentBytes,
                encoding: 'base64',
            })),
        });
        return await arrived.promise;
    } finally {
        transport.close();
        await new Promise((done) => post.close(done));
    }
}

/** Promise.withResolvers, which Node 20 lacks. */
function promise() {
    const made = {};
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
    return made;
}
