// German: what all views share, signing in, my photo.
import type { Text, Texts } from '../text.ts';
import type { en } from './en.ts';
import { de_people } from './de_people.ts';

export const de: { readonly [key in keyof typeof en]: Text } = {
    'common.cancel': 'Abbrechen',
    'common.close': 'Schließen',
    'common.dismiss': 'Ausblenden',
    'common.again': 'Noch einmal versuchen',
    'common.loading': 'Wird geladen …',
    'common.navigation': 'Ansichten',
    'common.refused': 'Ihr Konto darf diese Ansicht nicht öffnen.',
    'common.skip': 'Zum Inhalt springen',

    'session.title': 'Anmelden',
    'session.signIn': 'Anmelden',
    'session.signOut': 'Abmelden',
    'session.issuer': 'Sie melden sich bei {issuer} an.',
    'session.byLink': 'Auf dem Rechner des Servers gibt dieser Befehl einen Link für Sie aus:',
    'session.exampleUser': 'sie@example.org',
    'session.once': 'Der Link gilt einmal, innerhalb von 10 Minuten. Öffnen Sie ihn, oder fügen Sie ihn hier ein.',
    'session.code': 'Link oder Code',
    'session.useCode': 'Verwenden',
    'session.noIssuer': 'Bei diesem Server kann man sich nicht anmelden: Er hat weder einen Anbieter noch Codes.',
    'session.expired': 'Ihre Sitzung ist beendet',
    'session.kept': 'Melden Sie sich wieder an, um weiterzumachen. Ihre Arbeit bleibt erhalten.',

    'me.title': 'Mein Foto',
};

export const german: Texts = { ...de, ...de_people };
