// English: what all views share, signing in, my photo.
export const en = {
    'common.cancel': 'Cancel',
    'common.close': 'Close',
    'common.dismiss': 'Dismiss',
    'common.again': 'Try again',
    'common.loading': 'Loading …',
    'common.navigation': 'Views',
    'common.refused': 'Your account may not open this view.',
    'common.skip': 'Skip to content',

    'session.title': 'Sign in',
    'session.signIn': 'Sign in',
    'session.signOut': 'Sign out',
    'session.issuer': 'You sign in at {issuer}.',
    'session.byLink': 'On the machine of the server, this command prints a link for you:',
    'session.exampleUser': 'you@example.org',
    'session.once': 'The link works once, within 10 minutes. Open it, or paste it here.',
    'session.code': 'Link or code',
    'session.useCode': 'Use',
    'session.noIssuer': 'This server has no way to sign in: neither an issuer nor codes.',
    'session.expired': 'Your session has ended',
    'session.kept': 'Sign in again to go on. What you were doing is kept.',

    'me.title': 'My photo',
} as const;
