#pragma once

#include "graph/request_context.h"

// The caller's tenant as a resource, and its settings for photos: docs/directory.md ("The
// organisation"). Both come from the configuration, not from the store.
namespace cameo::graph {

// GET of `/organization`: the list of one.
HandlerResult list_organizations(const RequestContext& context);

// GET of `/organization/{id}`. Fault::no_owner for any other id than the tenant's.
HandlerResult get_organization(const RequestContext& context);

// GET of `/admin/people/photoUpdateSettings`: who may change the photos of others.
HandlerResult get_photo_update_settings(const RequestContext& context);

// PATCH: always Fault::denied, with the key of the configuration.
HandlerResult refuse_photo_update_settings(const RequestContext& context);

}  // namespace cameo::graph
