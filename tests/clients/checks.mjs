// The checks of every client, in this order. A program prints one line for each:
//   check NAME ok
//   check NAME n/a REASON     the client has no way to do it
//   check NAME FAIL REASON
// and, before or after them, `version TEXT`. The variables of world.mjs describe its server.
export const checks = [
    ['seed-photo', 'Example 1: `/me/photo/$value`'],
    ['seed-48', 'Example 2: `/me/photos/48x48/$value`'],
    ['seed-metadata', 'Example 3: `/me/photo`'],
    ['seed-team-metadata', 'Example 4: `/teams/{id}/photo`'],
    ['seed-team-photo', 'Example 5: `/teams/{id}/photo/$value`'],
    ['sizes', 'all nine sizes, each of the declared width'],
    ['metadata', 'metadata of one size'],
    ['list', 'the list, smallest first'],
    ['upload', "another user's photo, read back"],
    ['delete', 'and removed: the next read is 404'],
    ['not-found', '404 as the client\'s own error, code `ImageNotFound`'],
    ['unauthorized', '401, code `InvalidAuthenticationToken`'],
    ['throttled', '429 with `Retry-After`, then the photo'],
    ['group', "a group's photo: upload, read"],
    ['team', "a team's photo: upload (204), read"],
    ['contact', "a contact's photo: upload, read"],
    ['folder-contact', 'the same in a contact folder'],
    ['encoded-ids', 'a guest, `#EXT#` and `@` in the name'],
    ['batch', '`$batch`: a photo, metadata and a 404 at once'],
];

/** What only the programs do, beside checks of the list above. */
export const programChecks = [
    ...checks,
    ['people', 'people, on several pages or with their photos'],
    ['find', 'people, groups or contacts found by a filter or a search'],
    ['members', "a group's people"],
    ['organization', 'the tenant as the root of its groups'],
    ['delta', 'people by delta'],
];
