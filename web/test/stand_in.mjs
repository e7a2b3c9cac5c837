// The page without the server: `node test/stand_in.mjs [PORT]` serves bundle/ and prints links that sign in.
import { StandIn } from './stand_in/server.mjs';

const server = await StandIn.start({ port: Number(process.argv[2] ?? 0) });
for (const upn of server.users.keys()) console.log(upn, server.link(upn));
