// A profile photo as an attachment of an Outlook message: the bytes of $value as base64 in a fileAttachment.
//   CAMEO_TOKEN=... node examples/attachment.js ada@example.org > message.json
import { pathToFileURL } from 'node:url';

/** The value of a message's `attachments`, from `/photo/$value` of `owner` ('me', 'users/{id}', 'groups/{id}'...). */
export async function photoAttachments(url, token, owner = 'me') {
    const photo = await fetch(`${url}/${owner}/photo/$value`, { headers: { Authorization: `Bearer ${token}` } });
    if (!photo.ok) throw new Error(`${photo.status} ${await photo.text()}`);
    return [
        {
            '@odata.type': '#microsoft.graph.fileAttachment',
            name: 'photo.jpg',
            contentType: photo.headers.get('Content-Type'),
            contentBytes: Buffer.from(await photo.arrayBuffer()).toString('base64'),
        },
    ];
}

/** An Outlook message, as `POST /me/messages` of Microsoft Graph takes it. */
export function message({ to, subject, text, attachments }) {
    return {
        subject,
        body: { contentType: 'Text', content: text },
        toRecipients: [{ emailAddress: { address: to } }],
        attachments,
    };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
    const url = process.env.CAMEO_URL ?? 'http://127.0.0.1:8080/v1.0';
    const attachments = await photoAttachments(url, process.env.CAMEO_TOKEN);
    const [to = 'somebody@example.org'] = process.argv.slice(2);
    console.log(JSON.stringify(message({ to, subject: 'My photo', text: 'Here it is.', attachments }), null, 2));
}
