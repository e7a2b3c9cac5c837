// English: everybody, a person's page, many photos at once.
export const en_people = {
    'people.title': 'People',
    'person.title': 'Person',
    'bulk.title': 'Many at once',
} as const;
