#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "http/reply.h"

namespace cameo::graph {

// `fields` are header lines beside the content type.
http::Reply json_reply(int status, const boost::json::object& body, std::string fields);

// The reply, marked as dependent on `Accept`.
http::Reply negotiated(http::Reply reply);

}  // namespace cameo::graph
