// The page without the server: `node test/stand_in.mjs [PORT [PEOPLE]]` serves bundle/ and prints links that sign in.
import { StandIn } from './stand_in/server.mjs';

const server = await StandIn.start({ port: Number(process.argv[2] ?? 0), people: Number(process.argv[3] ?? 500) });
for (const upn of ['ada@example.org', 'admin@example.org', 'reader@example.org']) console.log(upn, server.link(upn));
