// Tokens that the server itself would never issue, made from an issued one and signed with the server's key,
// so that only the changed part can be the reason for a refusal.
import {
    createHmac,
    createPrivateKey,
    createPublicKey,
    generateKeyPairSync,
    sign,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const part = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');
const read = (text) => JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));

/** { header, claims } of a token. */
export function open(token) {
    const [header, payload] = token.split('.');
    return { header: read(header), claims: read(payload) };
}

/** Changes header or claims (undefined removes one); `strange` signs with a key that is unknown to the server. */
export function resign(server, token, { header = {}, claims = {}, strange = false } = {}) {
    const old = open(token);
    const head = { ...old.header, ...header };
    const signed = `${part(head)}.${part({ ...old.claims, ...claims })}`;
    const own = createPrivateKey(readFileSync(join(server.data, 'signing-key.pem')));
    const key = strange ? strangeKey(own) : own;
    return `${signed}.${signature(head.alg, signed, key).toString('base64url')}`;
}

export function unsigned(token, header) {
    const old = open(token);
    return `${part({ ...old.header, ...header })}.${part(old.claims)}.`;
}

function strangeKey(own) {
    return own.asymmetricKeyType === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
        : generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

function signature(alg, signed, key) {
    const data = Buffer.from(signed);
    switch (alg) {
        case 'RS256':
            return sign('sha256', data, key);
        case 'PS256':
            return sign('sha256', data, { key, padding: 6, saltLength: 32 });
        case 'ES256':
            return sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
        case 'HS256': {
            const secret = createPublicKey(key).export({ type: 'spki', format: 'pem' });
            return createHmac('sha256', secret).update(data).digest();
        }
        default:
            throw new Error(`no such algorithm here: ${alg}`);
    }
}
