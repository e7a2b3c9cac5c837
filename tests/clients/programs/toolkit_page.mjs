// The page of toolkit.mjs, bundled for the browser: the components of the Graph Toolkit, and the calls below them.
import { MICROSOFT_GRAPH_ENDPOINTS, Providers, ProviderState, SimpleProvider } from '@microsoft/mgt-element';
import { registerMgtPersonComponent } from '@microsoft/mgt-components/dist/es6/components/mgt-person/mgt-person.js';
import { findPeople } from '@microsoft/mgt-components/dist/es6/graph/graph.people.js';
import { findGroups } from '@microsoft/mgt-components/dist/es6/graph/graph.groups.js';
import { getContactPhoto, getGroupImage, getPersonImage, getUserPhoto } from '@microsoft/mgt-components/dist/es6/graph/graph.photos.js';
import { findGroupMembers, findUsers, getMe, getUsersForUserIds } from '@microsoft/mgt-components/dist/es6/graph/graph.user.js';
import { createFromProvider } from '@microsoft/mgt-element/dist/es6/Graph.js';

/** Signs in at that server; the toolkit knows the addresses of Microsoft's clouds only, so ours is added. */
export function connect(origin, token) {
    MICROSOFT_GRAPH_ENDPOINTS.add(origin);
    const provider = new SimpleProvider(async () => token);
    provider.baseURL = origin;
    provider.customHosts = [new URL(origin).hostname];
    provider.graph = createFromProvider(provider);
    Providers.globalProvider = provider;
    provider.setState(ProviderState.SignedIn);
    registerMgtPersonComponent();
}

const calls = {
    findGroupMembers, findGroups, findPeople, findUsers, getContactPhoto, getGroupImage, getMe, getPersonImage, getUserPhoto, getUsersForUserIds,
};
export const call = (name, ...args) => calls[name](Providers.globalProvider.graph, ...args);
